import { createHash } from 'node:crypto'
import { createTransport } from 'nodemailer'
import type { Channel } from './channel.ts'
import { SEND_BUDGET_MS } from './send-budget.ts'
import { toSendFailure } from './send-failure.ts'
import { watchSession } from './smtp-session.ts'

const FROM = 'Orders <orders@example.test>'

/** Mail over SMTP. `smtpUrl` is `smtp://user:password@host:port`, or `smtps://` for TLS. Connects for each mail. */
export function createEmail(smtpUrl: string): Channel {
  return {
    name: 'email',
    // SMTP servers do not drop a second mail with the same Message-ID.
    idempotent: false,
    send: async (key, message) => {
      const { logger, mayBeTaken } = watchSession()
      // Not pooled: the pool sends a mail again when its connection breaks.
      const transport = createTransport({
        url: smtpUrl,
        transactionLog: true,
        logger,
      })
      // One limit for the whole: nodemailer's own are per phase, and together longer than the lease.
      const signal = AbortSignal.timeout(SEND_BUDGET_MS)
      try {
        await transport.sendMail({ from: FROM, ...message, messageId: toMessageId(key), signal })
        return { outcome: 'SENT' }
      } catch (error) {
        return toSendFailure(error, mayBeTaken())
      }
    },
  }
}

/** Hashed, because an event id may hold characters that a Message-ID may not (RFC 5322 3.6.4). */
export const toMessageId = (key: string): string =>
  `<${createHash('sha256').update(key).digest('hex').slice(0, 40)}@order-pipeline.example.test>`
