import type { Log } from '../logger.ts'
import { within } from '../within.ts'
import { PUBLISH_BUDGET_MS } from './constants.ts'
import type { OrderEvent } from './order-event.ts'

export interface PublishEventDeps {
  /** Resolves when Kafka has stored the event. */
  readonly send: (event: OrderEvent) => Promise<void>
  /** Notes that Kafka has acknowledged an order's events up to `sequence`. */
  readonly acknowledge: (orderId: string, sequence: number) => Promise<void>
  readonly log: Log
}

/** Publishes an event that its outbox already holds. False when Kafka did not acknowledge in time; then the relay does it. */
export async function publishEvent(
  event: OrderEvent,
  { send, acknowledge, log }: PublishEventDeps,
): Promise<boolean> {
  const published = send(event).then(() => acknowledge(event.orderId, event.sequence))
  try {
    await within(PUBLISH_BUDGET_MS, published)
    return true
  } catch (error) {
    log.warn('event not acknowledged by Kafka in time; the relay will publish it', {
      eventId: event.eventId,
      error,
    })
    return false
  }
}
