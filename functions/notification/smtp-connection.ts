import { setImmediate } from 'node:timers/promises'
import type MimeNode from 'nodemailer/lib/mime-node'
import { parseConnectionUrl } from 'nodemailer/lib/shared'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { SEND_BUDGET_MS, type SendResult } from './channel.ts'
import { isConnectionLost, toSendFailure } from './send-failure.ts'

/** A connection on which nothing was sent for so long is closed. */
export const MAX_IDLE_MS = 10_000

export interface Attempt {
  readonly sent: SendResult
  /** The connection ended, and that is no answer about the mail. */
  readonly isLost: boolean
}

export interface SmtpConnection {
  /** One mail at a time. Any outcome but `SENT` closes the connection. */
  readonly send: (mail: MimeNode, signal: AbortSignal) => Promise<Attempt>
  readonly close: () => void
}

/** Connects and logs in. @throws the error of nodemailer; nothing was sent then. */
export async function openSmtpConnection(smtpUrl: string, signal: AbortSignal): Promise<SmtpConnection> {
  const { auth, ...options } = parseConnectionUrl(smtpUrl)
  // Longer than a send may take, so that only an idle connection meets it.
  const connection = new SMTPConnection({ ...options, socketTimeout: MAX_IDLE_MS })
  // What happens to an idle connection concerns nobody.
  connection.on('error', () => undefined)
  try {
    await settled(connection, signal, (done) => connection.connect(done))
    if (auth && connection.allowsAuth) {
      await settled(connection, signal, (done) => connection.login({ ...auth }, done))
    }
  } catch (error) {
    connection.close()
    throw error
  }

  return {
    send: async (mail, signal) => {
      const body = mail.createReadStream()
      const socket = connection._socket
      if (socket) socket.ref()
      try {
        await settled(connection, signal, (done) => connection.send(mail.getEnvelope(), body, done))
        // An answer too many that came along with the last one would be taken for that to the next mail's MAIL FROM.
        await setImmediate()
        return { sent: { outcome: 'SENT' }, isLost: false }
      } catch (error) {
        connection.close()
        // Read from only after a positive answer to DATA. Until then the server has nothing that it could deliver.
        const mayBeTaken = body.readableDidRead
        return { sent: toSendFailure(error, mayBeTaken), isLost: isConnectionLost(error) }
      } finally {
        // An idle connection does not keep the process alive.
        if (socket) socket.unref()
      }
    },
    close: () => connection.close(),
  }
}

/** Settles as nodemailer calls back. While it connects or logs in, it tells the end of the connection only by an event. */
async function settled(
  connection: SMTPConnection,
  signal: AbortSignal,
  start: (done: (error?: Error | null) => void) => void,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const onAbort = () => {
    reject(new Error(`The mail server took longer than ${SEND_BUDGET_MS} ms.`))
    connection.close()
  }
  connection.on('error', reject)
  signal.addEventListener('abort', onAbort)
  try {
    if (signal.aborted) onAbort()
    else start((error) => (error ? reject(error) : resolve()))
    await promise
  } finally {
    connection.off('error', reject)
    signal.removeEventListener('abort', onAbort)
  }
}
