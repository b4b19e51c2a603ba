import { readVariables } from '../../shared/environment.ts'
import { readKafkaConnection } from '../../shared/kafka/kafka-connection.ts'
import { createProducer } from '../../shared/kafka/producer.ts'
import { createLogger } from '../../shared/logger.ts'
import { toRecord } from '../../shared/orders/order-record.ts'
import { createRedis } from '../../shared/redis/connection.ts'
import { createLedgers } from './housekeeping/ledgers.ts'
import { createOldOrders } from './housekeeping/old-orders.ts'
import { createOrderHandler } from './order-handler.ts'
import { createCustomerOrders } from './orders/customer-orders.ts'
import { createIntents } from './orders/intents.ts'
import { createMetrics } from './orders/metrics.ts'
import { createOrderHistory } from './orders/order-history.ts'
import { createOrders } from './orders/orders.ts'
import { createRefusals } from './place/refusals.ts'
import { rememberSoldOut } from './place/remember-sold-out.ts'
import { createStockHolds } from './place/stock-holds.ts'
import { createOutbox } from './publish/outbox.ts'
import { createWatchList } from './publish/watch-list.ts'
import { createOrderRebuild } from './reconcile/order-rebuild.ts'
import { readSettings } from './settings.ts'

// Runs once per execution environment. Nothing connects until the first invocation needs it.
const { REDIS_URL } = readVariables(process.env, ['REDIS_URL'])
const settings = readSettings(process.env)
const redis = createRedis(REDIS_URL)
const producer = createProducer(readKafkaConnection(process.env), 'order')
const log = createLogger('order')
const now = () => new Date()
const elapsedMs = () => performance.now()
const holds = createStockHolds(redis)

export const handler = createOrderHandler({
  ...settings,
  ...createOrders(redis),
  ...createIntents(redis),
  ...createOutbox(redis),
  ...createWatchList(redis),
  ...createOrderHistory(redis),
  ...createOldOrders(redis),
  ...createCustomerOrders(redis),
  ...createOrderRebuild(redis),
  ...createLedgers(redis),
  ...createRefusals(redis),
  ...holds,
  lookUp: rememberSoldOut(holds.lookUp, elapsedMs),
  send: (event) => producer.send(toRecord(event)),
  metrics: createMetrics({ elapsedMs, now, log }),
  elapsedMs,
  now,
  log,
})
