import { createMemoryCustomerOrders } from './customer-orders.memory.ts'
import { createMemoryIntents } from './intents.memory.ts'
import { createMemoryLedgers } from './ledgers.memory.ts'
import { createMetrics } from './metrics.ts'
import { createMemoryOldOrders } from './old-orders.memory.ts'
import { createMemoryOrderHistory } from './order-history.memory.ts'
import { createMemoryOrderRebuild } from './order-rebuild.memory.ts'
import { createMemoryOrderState } from './order-state.memory.ts'
import { createMemoryOrders } from './orders.memory.ts'
import { createMemoryOutbox } from './outbox.memory.ts'
import type { CatalogueItem } from './price-order.ts'
import { createMemoryRefusals } from './refusals.memory.ts'
import { createMemoryStockHolds } from './stock-holds.memory.ts'
import { createMemoryWatchList } from './watch-list.memory.ts'

/** All that the order function keeps, in memory. `nowMs` is the clock of the Redis server and of the function. */
export function createMemoryOrderDeps(
  catalogue: Readonly<Record<string, CatalogueItem>>,
  nowMs: () => number,
) {
  const state = createMemoryOrderState(nowMs)
  const now = () => new Date(nowMs())
  const customerOrders = createMemoryCustomerOrders()
  return {
    acceptMode: 'outbox' as const,
    outboxMaxAgeSeconds: 300,
    ...createMemoryOrders(state),
    ...createMemoryIntents(state),
    ...createMemoryOutbox(state),
    ...createMemoryWatchList(state),
    ...createMemoryOrderHistory(state),
    ...createMemoryOldOrders(state),
    ...customerOrders,
    ...createMemoryOrderRebuild(state, customerOrders),
    ...createMemoryLedgers(nowMs),
    ...createMemoryRefusals(),
    ...createMemoryStockHolds(catalogue),
    metrics: createMetrics({ elapsedMs: nowMs, now, log: { info: () => undefined } }),
    elapsedMs: nowMs,
    now,
  }
}
