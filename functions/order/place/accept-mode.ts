import { AppError } from '../../../shared/errors.ts'

/** Which acknowledgement makes an order safe: Redis' own, or Kafka's (orders.md 1.8). */
export type AcceptMode = 'outbox' | 'kafka-ack'

/** @throws Error for any other word, at init. */
export function parseAcceptMode(text = 'outbox'): AcceptMode {
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
