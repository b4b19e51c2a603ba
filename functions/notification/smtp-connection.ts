import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { parseConnectionUrl } from 'nodemailer/lib/shared'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { writeTogether } from '../../shared/write-together.ts'
import { SEND_BUDGET_MS, type SendResult } from './channel.ts'
import type { Mail } from './mime.ts'
import { isConnectionLost, toSendFailure } from './send-failure.ts'
import type { TimeLimit } from './time-limit.ts'

/** A connection that was idle for this long is closed. */
export const MAX_IDLE_MS = 10_000

export interface Attempt {
  readonly sent: SendResult
  /** The connection ended, and the server gave no reply about the mail. */
  readonly isLost: boolean
}

export interface SmtpConnection {
  /** One mail at a time. Any outcome but `SENT` closes the connection. */
  readonly send: (mail: Mail, limit: TimeLimit) => Promise<Attempt>
  readonly close: () => void
}

/** Connects and logs in. @throws the error of nodemailer; nothing was sent then. */
export async function openSmtpConnection(smtpUrl: string, limit: TimeLimit): Promise<SmtpConnection> {
  const { auth, ...options } = parseConnectionUrl(smtpUrl)
  // Longer than a send may take, so that it only closes idle connections.
  const connection = new SMTPConnection({ ...options, socketTimeout: MAX_IDLE_MS })
  // An error of an idle connection has nobody to handle it.
  connection.on('error', () => undefined)
  try {
    await settled(connection, limit, (done) => connection.connect(done))
    if (auth && connection.allowsAuth) {
      await settled(connection, limit, (done) => connection.login({ ...auth }, done))
    }
  } catch (error) {
    connection.close()
    throw error
  }
  // nodemailer writes the end of a mail by itself.
  if (connection._socket) writeTogether(connection._socket)

  return {
    send: async ({ envelope, bytes }, limit) => {
      const body = toStream(bytes)
      const socket = connection._socket
      if (socket) socket.ref()
      try {
        // A copy, as nodemailer keeps in it what the server says.
        await settled(connection, limit, (done) => connection.send({ ...envelope }, body, done))
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

const toStream = (bytes: Buffer) =>
  new Readable({
    read() {
      this.push(bytes)
      this.push(null)
    },
  })

/** Settles when nodemailer calls back. While it connects or logs in, it reports a lost connection only by an event. */
async function settled(
  connection: SMTPConnection,
  limit: TimeLimit,
  start: (done: (error?: Error | null) => void) => void,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const onOver = () => {
    reject(new Error(`The mail server took longer than ${SEND_BUDGET_MS} ms.`))
    connection.close()
  }
  connection.on('error', reject)
  limit.onOver(onOver)
  try {
    if (limit.isOver()) onOver()
    else start((error) => (error ? reject(error) : resolve()))
    await promise
  } finally {
    connection.off('error', reject)
    limit.onOver(undefined)
  }
}
