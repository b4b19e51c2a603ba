import type { RedisConnection } from '../../shared/redis/connection.ts'
import { createLedgers } from './housekeeping/ledgers.ts'
import { createOldOrders } from './housekeeping/old-orders.ts'
import { createCustomerOrders } from './orders/customer-orders.ts'
import { createIntents } from './orders/intents.ts'
import { createOrders } from './orders/orders.ts'
import { createRefusals } from './place/refusals.ts'
import { createStockHolds } from './place/stock-holds.ts'
import { createOutbox } from './publish/outbox.ts'
import { createWatchList } from './publish/watch-list.ts'
import { createOrderRebuild } from './reconcile/order-rebuild.ts'

/** Everything that the order function keeps in Redis. */
export const createOrderStores = (redis: RedisConnection) => ({
  orders: createOrders(redis),
  intents: createIntents(redis),
  outbox: createOutbox(redis),
  watchList: createWatchList(redis),
  oldOrders: createOldOrders(redis),
  customerOrders: createCustomerOrders(redis),
  rebuild: createOrderRebuild(redis),
  ledgers: createLedgers(redis),
  refusals: createRefusals(redis),
  holds: createStockHolds(redis),
})
