import type MimeNode from 'nodemailer/lib/mime-node'
import type { SendResult } from './channel.ts'
import { type Attempt, MAX_IDLE_MS, openSmtpConnection, type SmtpConnection } from './smtp-connection.ts'

/** More mails at once wait for their turn. */
const MAX_CONNECTIONS = 16

/**
 * Connections to one SMTP server, each used by one mail at a time and kept for the next one.
 * @param now epoch ms
 */
export function createSmtpConnections(smtpUrl: string, now: () => number) {
  const kept: { readonly connection: SmtpConnection; readonly since: number }[] = []
  const waiting: (() => void)[] = []
  let free = MAX_CONNECTIONS

  // First come, first served, and all have the same time: whoever is ahead is done before the time of the next is up.
  const takeTurn = async () => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
  }
  const endTurn = () => {
    const next = waiting.shift()
    if (next) next()
    else free++
  }

  /** The one used last, so that those too many grow old. It may have died unnoticed. */
  function takeKept(): SmtpConnection | undefined {
    const last = kept.pop()
    // A frozen Lambda has no timers, and thaws with connections that the server has long forgotten.
    if (!last || now() - last.since < MAX_IDLE_MS) return last?.connection
    for (const { connection } of [last, ...kept.splice(0)]) connection.close()
    return undefined
  }

  async function sendOver(connection: SmtpConnection, mail: MimeNode, signal: AbortSignal): Promise<Attempt> {
    const attempt = await connection.send(mail, signal)
    if (attempt.sent.outcome === 'SENT') kept.push({ connection, since: now() })
    return attempt
  }

  return {
    /** Sends one mail, at most once. @throws when it cannot connect; the mail surely did not go out then. */
    send: async (mail: MimeNode, signal: AbortSignal): Promise<SendResult> => {
      await takeTurn()
      try {
        const connection = takeKept()
        if (connection) {
          const { sent, isLost } = await sendOver(connection, mail, signal)
          // A new one for the mail that died with a kept one, if it surely did not go out.
          if (sent.outcome !== 'NOT_SENT' || !isLost) return sent
        }
        const { sent } = await sendOver(await openSmtpConnection(smtpUrl, signal), mail, signal)
        return sent
      } finally {
        endTurn()
      }
    },
  }
}
