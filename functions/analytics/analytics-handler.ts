import type { MSKRecord } from 'aws-lambda'
import type { AppError } from '../../shared/errors.ts'
import type { Log } from '../../shared/logger.ts'
import { httpPipeline, json } from '../../shared/middleware/http-pipeline.ts'
import { kafkaBatch } from '../../shared/middleware/kafka-batch.ts'
import { MAX_BODY_BYTES } from '../../shared/orders/constants.ts'
import { fromRecord } from '../../shared/orders/order-record.ts'
import { dispatch } from '../../shared/triggers.ts'
import { countEvent } from './count-event.ts'
import type { Counters } from './counters.ts'
import { reconcileCounters } from './reconcile-counters.ts'
import { toSummary } from './summary.ts'

export interface Deps extends Counters {
  readonly deadLetter: (record: MSKRecord, reason: AppError) => Promise<void>
  readonly log: Log
}

export function createAnalyticsHandler(deps: Deps) {
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
        if (event) await countEvent(event, deps)
        else
          deps.log.info('record of an unknown type skipped', {
            partition: record.partition,
            offset: record.offset,
          })
      },
    }),
  })
}
