import { createMemoryLedgers } from './housekeeping/ledgers.memory.ts'
import { createMemoryOldOrders } from './housekeeping/old-orders.memory.ts'
import { createMemoryCustomerOrders } from './orders/customer-orders.memory.ts'
import { createMemoryIntents } from './orders/intents.memory.ts'
import { createMetrics } from './orders/metrics.ts'
import { createMemoryOrderState } from './orders/order-state.memory.ts'
import { createMemoryOrders } from './orders/orders.memory.ts'
import type { CatalogueItem } from './place/price-order.ts'
import { createMemoryRefusals } from './place/refusals.memory.ts'
import { createMemoryStockHolds } from './place/stock-holds.memory.ts'
import { createMemoryOutbox } from './publish/outbox.memory.ts'
import { createMemoryWatchList } from './publish/watch-list.memory.ts'
import { createMemoryOrderRebuild } from './reconcile/order-rebuild.memory.ts'

/** The order function's dependencies with stores in memory. `nowMs` is the clock of the Redis server and of the function. */
export function createMemoryOrderDeps(
  catalogue: Readonly<Record<string, CatalogueItem>>,
  nowMs: () => number,
) {
  const state = createMemoryOrderState(nowMs)
  const now = () => new Date(nowMs())
  return {
    acceptMode: 'outbox' as const,
    outboxMaxAgeSeconds: 300,
    orders: createMemoryOrders(state),
    intents: createMemoryIntents(state),
    outbox: createMemoryOutbox(state),
    watchList: createMemoryWatchList(state),
    oldOrders: createMemoryOldOrders(state),
    customerOrders: createMemoryCustomerOrders(),
    rebuild: createMemoryOrderRebuild(state),
    ledgers: createMemoryLedgers(nowMs),
    refusals: createMemoryRefusals(),
    holds: createMemoryStockHolds(catalogue),
    metrics: createMetrics({ elapsedMs: nowMs, now, log: { info: () => undefined } }),
    elapsedMs: nowMs,
    now,
  }
}
