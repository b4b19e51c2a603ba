import type { MSKRecord } from 'aws-lambda'
import type { AppError } from '../../shared/errors.ts'
import type { Log } from '../../shared/logger.ts'
import { httpPipeline, json } from '../../shared/middleware/http-pipeline.ts'
import { kafkaBatch } from '../../shared/middleware/kafka-batch.ts'
import { dispatch } from '../../shared/middleware/triggers.ts'
import { MAX_BODY_BYTES } from '../../shared/orders/constants.ts'
import type { OrderEvent } from '../../shared/orders/order-event.ts'
import { refuseTooOld } from '../../shared/orders/refuse-too-old.ts'
import { withEvent } from '../../shared/orders/with-event.ts'
import { countEvent } from './count-event.ts'
import type { Counters } from './counters.ts'
import { forgetEvents } from './forget-events.ts'
import { reconcileCounters } from './reconcile-counters.ts'
import { toSummary } from './summary.ts'

/** Left for the answer when a scheduled run has to end. */
const SCHEDULE_MARGIN_MS = 5000

export interface AnalyticsHandlerDeps {
  readonly counters: Counters
  readonly now: () => Date
  readonly deadLetter: (record: MSKRecord, reason: AppError) => Promise<void>
  readonly log: Log
}

export function createAnalyticsHandler(deps: AnalyticsHandlerDeps) {
  const count = async (event: OrderEvent) => {
    refuseTooOld(event.eventId, event.occurredAt, deps.now())
    await countEvent(event, deps)
  }

  return dispatch({
    http: httpPipeline({
      log: deps.log,
      maxBodyBytes: MAX_BODY_BYTES,
      routes: { 'GET /analytics/summary': async () => json(200, toSummary(await deps.counters.totals())) },
    }),
    reconcile: reconcileCounters(deps),
    kafka: kafkaBatch({
      service: 'analytics',
      log: deps.log,
      deadLetter: deps.deadLetter,
      handle: (record) => withEvent(record, count, deps.log),
    }),
    schedule: (_event, context) =>
      forgetEvents(deps, () => context.getRemainingTimeInMillis() > SCHEDULE_MARGIN_MS),
  })
}
