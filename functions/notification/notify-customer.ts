import { AppError } from '../../shared/errors.ts'
import type { Log } from '../../shared/logger.ts'
import type { OrderEvent } from '../../shared/orders/order-event.ts'
import type { Channel, SendResult } from './channel.ts'
import { toMessage } from './messages.ts'
import type { ClaimResult, NewNotification, Notifications } from './notifications.ts'

/** Longer than a send and the Redis calls around it, so that a lease that has ended means a sender that is gone. */
export const CLAIM_LEASE_MS = 10_000

export interface NotifyCustomerDeps {
  readonly notifications: Pick<Notifications, 'claim' | 'done' | 'release'>
  readonly channels: readonly Channel[]
  /** A new id at every call. */
  readonly newOwner: () => string
  readonly log: Log
}

/**
 * Notifies the customer of an order event, at most once through each channel. Safe to repeat.
 * @param msLeft how long the invocation may still run
 * @throws AppError `notification_busy`, `smtp_unavailable` or `out_of_time`: not sent yet, to be retried.
 */
export async function notifyCustomer(
  event: OrderEvent,
  deps: NotifyCustomerDeps,
  msLeft: () => number,
): Promise<void> {
  const { to, subject, text } = toMessage(event)
  for (const channel of deps.channels) {
    const { eventId, orderId, type } = event
    const notification = { eventId, orderId, type, channel: channel.name, to, subject }
    // Claimed when it can go out at once: a process that dies leaves nobody knowing of each claim that it held.
    await channel.whenFree(async (sendOne) => {
      // An invocation that is stopped while it sends would do so, too.
      if (msLeft() < CLAIM_LEASE_MS) throw outOfTime()
      const owner = deps.newOwner()
      const claimed = await claimFor(owner, channel, notification, deps)
      if (!shouldSend(claimed, notification, deps)) return
      const sent = await sendOne(`${eventId}:${channel.name}`, { to, subject, text })
      await note(sent, owner, channel, notification, deps)
    })
  }
}

const outOfTime = () =>
  new AppError('unavailable', 'out_of_time', 'Too little time is left to send; the record is retried.')

async function claimFor(
  owner: string,
  { idempotent }: Channel,
  notification: NewNotification,
  { notifications, log }: NotifyCustomerDeps,
): Promise<ClaimResult> {
  try {
    return await notifications.claim(notification, { owner, leaseMs: CLAIM_LEASE_MS, idempotent })
  } catch (error) {
    // The claim may stand although its answer is lost. Then nobody would send, and it would become INDETERMINATE.
    await notifications.release(notification, owner, 'the claim was not answered').catch((cause: unknown) =>
      log.warn('a claim without a reply could not be released', {
        eventId: notification.eventId,
        error: cause,
      }),
    )
    throw error
  }
}

function shouldSend(
  claimed: ClaimResult,
  { eventId, channel }: NewNotification,
  { log }: NotifyCustomerDeps,
): boolean {
  switch (claimed) {
    case 'SEND':
      return true
    case 'SENT':
    case 'FAILED':
      return false
    case 'INDETERMINATE':
      log.error('nobody knows whether this notification was sent; it is not sent again', { eventId, channel })
      return false
    case 'BUSY':
      throw new AppError(
        'unavailable',
        'notification_busy',
        `Another invocation may be sending ${eventId} by ${channel}; retried when its lease is over.`,
      )
  }
}

async function note(
  sent: SendResult,
  owner: string,
  channel: Channel,
  notification: NewNotification,
  { notifications, log }: NotifyCustomerDeps,
): Promise<void> {
  const { eventId } = notification
  switch (sent.outcome) {
    case 'SENT': {
      const noted = await notifications.done(notification, owner, 'SENT', '')
      if (noted !== 'OK' && noted !== 'ALREADY') log.error('sent, but not noted as sent', { eventId, noted })
      return
    }
    case 'REFUSED':
      log.error('notification refused permanently', { eventId, channel: channel.name, reason: sent.reason })
      await notifications.done(notification, owner, 'FAILED', sent.reason)
      return
    case 'UNKNOWN':
      if (channel.idempotent) break
      log.error('the connection broke while sending; not sent again', { eventId, reason: sent.reason })
      await notifications.done(notification, owner, 'INDETERMINATE', sent.reason)
      return
    case 'NOT_SENT':
  }
  await notifications.release(notification, owner, sent.reason)
  throw new AppError('unavailable', 'smtp_unavailable', `Not sent by ${channel.name}: ${sent.reason}`)
}
