import type { MSKRecord } from 'aws-lambda'
import { ORDER_TOPIC } from '../../shared/orders/constants.ts'
import { fromRecord } from '../../shared/orders/order-record.ts'
import { reconcilePipeline } from '../../shared/reconcile/reconcile-pipeline.ts'
import type { Channel } from './channel.ts'
import { toMessage } from './messages.ts'
import type { NewNotification, Notifications } from './notifications.ts'

export interface ReconcileNotificationsDeps {
  readonly notifications: Pick<Notifications, 'presume' | 'statusOf'>
  readonly channels: readonly Channel[]
}

const REASON = 'Redis had lost what became of it'

/** Sends nothing: a notification of the log that is not known to be sent may have been, and becomes INDETERMINATE. */
export const reconcileNotifications = ({ channels, notifications }: ReconcileNotificationsDeps) =>
  reconcilePipeline({
    service: 'notification',
    reads: [{ topic: ORDER_TOPIC, round: 1 }],
    cannotKnow: [
      'Whether a notification was sent: all that are not known to be are INDETERMINATE and are not sent again.',
    ],
    rebuild: async (record, { count }) => {
      for (const { notification, occurredAt } of notificationsOf(record, channels)) {
        const presumed = await notifications.presume(notification, occurredAt, REASON)
        if (presumed === 'PRESUMED') count('notifications now INDETERMINATE')
      }
    },
    compare: async (record, { count, differ }) => {
      for (const { notification } of notificationsOf(record, channels)) {
        const status = await notifications.statusOf(notification)
        if (status !== undefined) count(`notifications ${status}`)
        else differ(`nothing is known of notification ${notification.eventId} by ${notification.channel}`)
      }
    },
    totals: async () => undefined,
  })

function notificationsOf(
  record: MSKRecord,
  channels: readonly Channel[],
): readonly { readonly notification: NewNotification; readonly occurredAt: string }[] {
  const event = fromRecord(record)
  if (!event) return []
  const { eventId, orderId, type, occurredAt } = event
  const { to, subject } = toMessage(event)
  return channels.map(({ name }) => ({
    notification: { eventId, orderId, type, channel: name, to, subject },
    occurredAt,
  }))
}
