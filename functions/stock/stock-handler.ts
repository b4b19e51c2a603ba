import type { MSKRecord } from 'aws-lambda'
import type { AppError } from '../../shared/errors.ts'
import type { Log } from '../../shared/logger.ts'
import { httpPipeline } from '../../shared/middleware/http-pipeline.ts'
import { kafkaBatch } from '../../shared/middleware/kafka-batch.ts'
import { dispatch } from '../../shared/middleware/triggers.ts'
import { MAX_BODY_BYTES } from '../../shared/orders/constants.ts'
import type { OrderEvent } from '../../shared/orders/order-event.ts'
import { publishEvent } from '../../shared/orders/publish-event.ts'
import type { Freeze } from './freeze.ts'
import type { OrderProgress } from './order-progress.ts'
import { relayChanges } from './publish-changes.ts'
import { readChangeBack } from './read-change-back.ts'
import { readRecord } from './read-record.ts'
import { reconcileStock } from './reconcile-stock.ts'
import { settleDelivered } from './settle-delivered.ts'
import type { StockEvent } from './stock-event.ts'
import type { StockItems } from './stock-items.ts'
import type { StockLedger } from './stock-ledger.ts'
import type { StockOutbox } from './stock-outbox.ts'
import type { StockRebuild } from './stock-rebuild.ts'
import { createStockRoutes } from './stock-routes.ts'

/** Left for the answer when a scheduled run has to end. */
const RELAY_MARGIN_MS = 5_000

export interface StockHandlerDeps {
  readonly ledger: StockLedger
  readonly items: StockItems
  readonly outbox: StockOutbox
  readonly rebuild: StockRebuild
  readonly freeze: Freeze
  readonly progress: OrderProgress
  /** Resolves when Kafka has stored the event. */
  readonly send: (event: OrderEvent) => Promise<void>
  /** Resolves when Kafka has stored the change. */
  readonly sendChange: (change: StockEvent) => Promise<void>
  readonly deadLetter: (record: MSKRecord, reason: AppError) => Promise<void>
  readonly now: () => Date
  readonly log: Log
}

export function createStockHandler(deps: StockHandlerDeps) {
  const { send, progress, log } = deps
  const publish = (event: OrderEvent) => publishEvent(event, { send, acknowledge: progress.acknowledge, log })

  const handle = (record: MSKRecord) =>
    readRecord(record, {
      change: (change) => readChangeBack(change, deps.outbox),
      order: (event) => settleDelivered(event, { ...deps, publish }),
      log,
    })

  return dispatch({
    http: httpPipeline({ log, maxBodyBytes: MAX_BODY_BYTES, routes: createStockRoutes(deps) }),
    kafka: kafkaBatch({ service: 'stock', log, deadLetter: deps.deadLetter, handle }),
    schedule: async (_event, context) => ({
      relayed: await relayChanges(deps, () => context.getRemainingTimeInMillis() > RELAY_MARGIN_MS),
    }),
    reconcile: reconcileStock({ ...deps, publish }),
  })
}
