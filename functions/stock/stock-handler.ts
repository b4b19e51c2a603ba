import type { MSKRecord } from 'aws-lambda'
import type { AppError } from '../../shared/errors.ts'
import { httpPipeline } from '../../shared/middleware/http-pipeline.ts'
import { kafkaBatch } from '../../shared/middleware/kafka-batch.ts'
import { dispatch } from '../../shared/middleware/triggers.ts'
import { MAX_BODY_BYTES } from '../../shared/orders/constants.ts'
import { CONFIRMED, type OrderEvent } from '../../shared/orders/order-event.ts'
import { fromRecord } from '../../shared/orders/order-record.ts'
import { publishEvent } from '../../shared/orders/publish-event.ts'
import { refuseTooOld } from '../../shared/orders/refuse-too-old.ts'
import type { Freeze } from './freeze.ts'
import type { OrderProgress } from './order-progress.ts'
import { type PublishChangesDeps, relayChanges } from './publish-changes.ts'
import { reconcileStock } from './reconcile-stock.ts'
import { settleOrder, type SettleOrderDeps } from './settle-order.ts'
import { isStockRecord, parseStockRecord } from './stock-event.ts'
import type { StockItems } from './stock-items.ts'
import type { StockOutbox } from './stock-outbox.ts'
import type { StockRebuild } from './stock-rebuild.ts'
import { createStockRoutes } from './stock-routes.ts'

/** Left for the answer when a scheduled run has to end. */
const RELAY_MARGIN_MS = 5_000

export interface StockHandlerDeps
  extends
    Omit<SettleOrderDeps, 'publish'>,
    StockItems,
    StockOutbox,
    StockRebuild,
    Freeze,
    OrderProgress,
    PublishChangesDeps {
  /** Resolves when Kafka has stored the event. */
  readonly send: (event: OrderEvent) => Promise<void>
  readonly deadLetter: (record: MSKRecord, reason: AppError) => Promise<void>
}

export function createStockHandler(deps: StockHandlerDeps) {
  const publish = (event: OrderEvent) => publishEvent(event, deps)

  async function handle(record: MSKRecord): Promise<void> {
    if (isStockRecord(record)) {
      const { sku, revision } = parseStockRecord(record)
      return deps.changeSeen(sku, revision)
    }
    const event = fromRecord(record)
    if (event) {
      // Its ledger is kept under the day it was placed.
      if (event.type !== CONFIRMED) refuseTooOld(event.eventId, event.placedAt, deps.now())
      return settleOrder(event, { ...deps, publish })
    }
    const { partition, offset } = record
    deps.log.info('record of an unknown type skipped', { partition, offset })
  }

  return dispatch({
    http: httpPipeline({ log: deps.log, maxBodyBytes: MAX_BODY_BYTES, routes: createStockRoutes(deps) }),
    kafka: kafkaBatch({ log: deps.log, deadLetter: deps.deadLetter, handle }),
    schedule: async (_event, context) => ({
      relayed: await relayChanges(deps, () => context.getRemainingTimeInMillis() > RELAY_MARGIN_MS),
    }),
    reconcile: reconcileStock({ ...deps, publish }),
  })
}
