import { setImmediate } from 'node:timers/promises'
import type MimeNode from 'nodemailer/lib/mime-node'
import { parseConnectionUrl } from 'nodemailer/lib/shared'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { SEND_BUDGET_MS, type SendResult } from './channel.ts'
import { isConnectionLost, toSendFailure } from './send-failure.ts'

/** A connection that was idle for this long is closed. */
export const MAX_IDLE_MS = 10_000

export interface Attempt {
  readonly sent: SendResult
  /** The connection ended, and the server gave no reply about the mail. */
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
  // Longer than a send may take, so that it only closes idle connections.
  const connection = new SMTPConnection({ ...options, socketTimeout: MAX_IDLE_MS })
  // An error of an idle connection has nobody to handle it.
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
        // A surplus reply received with the last one would be taken for the reply to the next mail's MAIL FROM.
        await setImmediate()
        return { sent: { outcome: 'SENT' }, isLost: false }
      } catch (error) {
        connection.close()
        // The body is read only after a positive reply to DATA. Until then the server has nothing to deliver.
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

/** Settles when nodemailer calls back. While it connects or logs in, it reports a lost connection only by an event. */
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
