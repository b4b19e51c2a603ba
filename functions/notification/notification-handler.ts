import type { Context, MSKEvent, MSKRecord } from 'aws-lambda'
import * as z from 'zod'
import { AppError } from '../../shared/errors.ts'
import { identifier } from '../../shared/fields.ts'
import { httpPipeline, json, type Route } from '../../shared/middleware/http-pipeline.ts'
import { kafkaBatch } from '../../shared/middleware/kafka-batch.ts'
import { dispatch } from '../../shared/middleware/triggers.ts'
import { MAX_BODY_BYTES } from '../../shared/orders/constants.ts'
import type { OrderEvent } from '../../shared/orders/order-event.ts'
import { withEvent } from '../../shared/orders/with-event.ts'
import { parseInput } from '../../shared/validation.ts'
import type { Notifications } from './notifications.ts'
import { CLAIM_LEASE_MS, notifyCustomer, type NotifyCustomerDeps } from './notify-customer.ts'
import { reconcileNotifications } from './reconcile-notifications.ts'

export interface NotificationHandlerDeps extends NotifyCustomerDeps {
  readonly notifications: Notifications
  readonly deadLetter: (record: MSKRecord, reason: AppError) => Promise<void>
}

const query = z.object({
  orderId: identifier(64).optional(),
  limit: z
    .string()
    .default('50')
    .refine((text) => /^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= 200, {
      error: 'must be a whole number from 1 to 200',
    })
    .transform(Number),
})

export function createNotificationHandler(deps: NotificationHandlerDeps) {
  const list: Route = async ({ queryStringParameters }) => {
    const { orderId, limit } = parseInput(query, queryStringParameters ?? {})
    const items = await (orderId === undefined
      ? deps.notifications.newest(limit)
      : deps.notifications.ofOrder(orderId, limit))
    return json(200, { items })
  }

  async function notify(event: OrderEvent, context: Context): Promise<void> {
    // An invocation that is stopped while it sends leaves nobody knowing whether the notification was sent.
    if (context.getRemainingTimeInMillis() < CLAIM_LEASE_MS) {
      throw new AppError(
        'unavailable',
        'out_of_time',
        'Too little time is left to send; the record is retried.',
      )
    }
    await notifyCustomer(event, deps)
  }

  return dispatch({
    http: httpPipeline({
      log: deps.log,
      maxBodyBytes: MAX_BODY_BYTES,
      routes: { 'GET /notifications': list },
    }),
    reconcile: reconcileNotifications(deps),
    kafka: (event: MSKEvent, context: Context) =>
      kafkaBatch({
        service: 'notification',
        log: deps.log,
        deadLetter: deps.deadLetter,
        handle: (record) => withEvent(record, (event) => notify(event, context), deps.log),
      })(event, context),
  })
}
