import { SEND_BUDGET_MS, type SendResult } from './channel.ts'
import type { Mail } from './mime.ts'
import { type Attempt, MAX_IDLE_MS, openSmtpConnection, type SmtpConnection } from './smtp-connection.ts'
import { createTimeLimit, type TimeLimit } from './time-limit.ts'

/** And so how many mails can be claimed and not reported when the process dies. */
export const MAX_CONNECTIONS = 16

/** Room for one connection, which is used by one mail at a time and kept for the next one. */
interface Place {
  readonly limit: TimeLimit
  kept?: { readonly connection: SmtpConnection; readonly since: number } | undefined
}

type SendMail = (mail: Mail) => Promise<SendResult>

/**
 * Connections to one SMTP server.
 * @param now epoch ms
 */
export function createSmtpConnections(smtpUrl: string, now: () => number) {
  // The last one used is the next, so that surplus connections expire.
  const free: Place[] = Array.from({ length: MAX_CONNECTIONS }, () => ({
    limit: createTimeLimit(SEND_BUDGET_MS),
  }))
  const waiting: ((place: Place) => void)[] = []

  /** It may have died unnoticed. */
  function takeKept(place: Place): SmtpConnection | undefined {
    const { kept } = place
    place.kept = undefined
    // A frozen Lambda has no timers, and thaws with connections that the server has long forgotten.
    if (!kept || now() - kept.since < MAX_IDLE_MS) return kept?.connection
    kept.connection.close()
    return undefined
  }

  async function sendOver(place: Place, connection: SmtpConnection, mail: Mail): Promise<Attempt> {
    const attempt = await connection.send(mail, place.limit)
    if (attempt.sent.outcome === 'SENT') place.kept = { connection, since: now() }
    return attempt
  }

  /** Sends one mail, at most once. @throws when it cannot connect; the mail was surely not sent then. */
  async function send(place: Place, mail: Mail): Promise<SendResult> {
    // One limit for the whole send: nodemailer's limits are per phase, and together longer than the lease.
    place.limit.begin()
    const connection = takeKept(place)
    if (connection) {
      const { sent, isLost } = await sendOver(place, connection, mail)
      // The kept connection was dead: once more on a new one, as the mail was surely not sent.
      if (sent.outcome !== 'NOT_SENT' || !isLost) return sent
    }
    const { sent } = await sendOver(place, await openSmtpConnection(smtpUrl, place.limit), mail)
    return sent
  }

  return {
    /** Runs `use` when a connection is free, first come, first served, and keeps the connection for it until it has ended. */
    whenFree: async <T>(use: (send: SendMail) => Promise<T>): Promise<T> => {
      const place = free.pop() ?? (await new Promise<Place>((resolve) => waiting.push(resolve)))
      try {
        return await use((mail) => send(place, mail))
      } finally {
        const next = waiting.shift()
        if (next) next(place)
        else free.push(place)
      }
    },
  }
}
