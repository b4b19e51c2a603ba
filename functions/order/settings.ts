import { AppError } from '../../shared/errors.ts'

/** Whose acknowledgement makes an order safe: that of Redis, or of Kafka (docs/order-protocol.md 11). */
export type AcceptMode = 'outbox' | 'kafka-ack'

export interface Settings {
  readonly acceptMode: AcceptMode
  readonly outboxMaxAgeSeconds: number
}

/** @throws Error for a variable with an invalid value, at init. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const age = env.OUTBOX_MAX_AGE_SECONDS || '300'
  if (!/^[1-9]\d{0,6}$/.test(age)) {
    throw new Error(`OUTBOX_MAX_AGE_SECONDS is "${age}"; it must be a whole number of seconds from 1 on.`)
  }
  return { acceptMode: parseAcceptMode(env.ACCEPT_MODE || undefined), outboxMaxAgeSeconds: Number(age) }
}

/** @throws Error for any other word, at init. */
function parseAcceptMode(text = 'outbox'): AcceptMode {
  if (text === 'outbox' || text === 'kafka-ack') return text
  throw new Error(`ACCEPT_MODE is "${text}"; it must be "outbox" or "kafka-ack".`)
}

/** @throws AppError `order_unpublished` where only Kafka's acknowledgement counts, and it is not there yet. */
export function requireDurable(published: boolean, mode: AcceptMode): void {
  if (published || mode === 'outbox') return
  throw new AppError(
    'unavailable',
    'order_unpublished',
    'Kafka has not acknowledged the order yet; retry with the same key.',
    { headers: { 'retry-after': '1' } },
  )
}
