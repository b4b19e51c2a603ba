import type { MSKRecord } from 'aws-lambda'
import type { AppError } from '../../shared/errors.ts'
import type { Log } from '../../shared/logger.ts'
import { httpPipeline, json } from '../../shared/middleware/http-pipeline.ts'
import { kafkaBatch } from '../../shared/middleware/kafka-batch.ts'
import { dispatch } from '../../shared/middleware/triggers.ts'
import { MAX_BODY_BYTES } from '../../shared/orders/constants.ts'
import { fromRecord } from '../../shared/orders/order-record.ts'
import { refuseTooOld } from '../../shared/orders/refuse-too-old.ts'
import { countEvent } from './count-event.ts'
import type { Counters } from './counters.ts'
import { forgetEvents } from './forget-events.ts'
import { reconcileCounters } from './reconcile-counters.ts'
import { toSummary } from './summary.ts'

/** Left for the answer when a scheduled run has to end. */
const SCHEDULE_MARGIN_MS = 5000

export interface AnalyticsHandlerDeps extends Counters {
  readonly now: () => Date
  readonly deadLetter: (record: MSKRecord, reason: AppError) => Promise<void>
  readonly log: Log
}

export function createAnalyticsHandler(deps: AnalyticsHandlerDeps) {
  return dispatch({
    http: httpPipeline({
      log: deps.log,
      maxBodyBytes: MAX_BODY_BYTES,
      routes: { 'GET /analytics/summary': async () => json(200, toSummary(await deps.totals())) },
    }),
    reconcile: reconcileCounters(deps),
    kafka: kafkaBatch({
      log: deps.log,
      deadLetter: deps.deadLetter,
      handle: async (record) => {
        const event = fromRecord(record)
        if (!event) {
          const { partition, offset } = record
          deps.log.info('record of an unknown type skipped', { partition, offset })
          return
        }
        refuseTooOld(event.eventId, event.occurredAt, deps.now())
        await countEvent(event, deps)
      },
    }),
    schedule: (_event, context) =>
      forgetEvents(deps, () => context.getRemainingTimeInMillis() > SCHEDULE_MARGIN_MS),
  })
}
