import type { MSKRecord } from 'aws-lambda'
import * as z from 'zod'
import type { AppError } from '../../shared/errors.ts'
import { identifier } from '../../shared/fields.ts'
import { httpPipeline, json, type Route } from '../../shared/middleware/http-pipeline.ts'
import { kafkaBatch } from '../../shared/middleware/kafka-batch.ts'
import { dispatch } from '../../shared/middleware/triggers.ts'
import { MAX_BODY_BYTES } from '../../shared/orders/constants.ts'
import { withEvent } from '../../shared/orders/with-event.ts'
import { parseInput } from '../../shared/validation.ts'
import type { Notifications } from './notifications.ts'
import { notifyCustomer, type NotifyCustomerDeps } from './notify-customer.ts'
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

  return dispatch({
    http: httpPipeline({
      log: deps.log,
      maxBodyBytes: MAX_BODY_BYTES,
      routes: { 'GET /notifications': list },
    }),
    reconcile: reconcileNotifications(deps),
    kafka: kafkaBatch({
      service: 'notification',
      log: deps.log,
      deadLetter: deps.deadLetter,
      handle: (record, context) => {
        const msLeft = () => context.getRemainingTimeInMillis()
        return withEvent(record, (event) => notifyCustomer(event, deps, msLeft), deps.log)
      },
    }),
  })
}
