import { createHash } from 'node:crypto'
import type { Channel } from './channel.ts'
import { toMail } from './mime.ts'
import { toSendFailure } from './send-failure.ts'
import { createSmtpConnections } from './smtp-connections.ts'

/** RFC 5321 4.5.3.1.3, without the angle brackets. Some servers answer a longer one as if they were only busy. */
const MAX_ADDRESS_BYTES = 254

/**
 * Mail over SMTP. `smtpUrl` is `smtp://user:password@host:port`, or `smtps://` for TLS. Connects with the first mail.
 * @param now epoch ms
 */
export function createEmail(smtpUrl: string, now: () => number = Date.now): Channel {
  // Not nodemailer's pool: it sends a mail again when its connection breaks.
  const connections = createSmtpConnections(smtpUrl, now)
  return {
    name: 'email',
    // SMTP servers do not drop a second mail with the same Message-ID.
    idempotent: false,
    whenFree: (use) =>
      connections.whenFree((send) =>
        use(async (key, message) => {
          if (Buffer.byteLength(message.to) > MAX_ADDRESS_BYTES)
            return { outcome: 'REFUSED', reason: `The address is longer than ${MAX_ADDRESS_BYTES} bytes.` }
          try {
            return await send(toMail(toMessageId(key), message))
          } catch (error) {
            return toSendFailure(error, false)
          }
        }),
      ),
  }
}

/** Hashed, because an event id may contain characters that a Message-ID may not (RFC 5322 3.6.4). */
export const toMessageId = (key: string): string =>
  `<${createHash('sha256').update(key).digest('hex').slice(0, 40)}@order-pipeline.example.test>`
