import { readVariables } from '../../shared/environment.ts'
import { readKafkaConnection } from '../../shared/kafka/kafka-connection.ts'
import { createProducer } from '../../shared/kafka/producer.ts'
import { createLogger } from '../../shared/logger.ts'
import { toRecord } from '../../shared/orders/order-record.ts'
import { createRedis } from '../../shared/redis/connection.ts'
import { createOrderHandler } from './order-handler.ts'
import { createOrderStores } from './order-stores.ts'
import { createMetrics } from './orders/metrics.ts'
import { rememberSoldOut } from './place/remember-sold-out.ts'
import { readSettings } from './settings.ts'

// Runs once per execution environment. Nothing connects until the first invocation needs it.
const { REDIS_URL } = readVariables(process.env, ['REDIS_URL'])
const settings = readSettings(process.env)
const producer = createProducer(readKafkaConnection(process.env), 'order')
const log = createLogger('order')
const now = () => new Date()
const elapsedMs = () => performance.now()
const stores = createOrderStores(createRedis(REDIS_URL))

export const handler = createOrderHandler({
  ...settings,
  ...stores,
  holds: { ...stores.holds, lookUp: rememberSoldOut(stores.holds.lookUp, elapsedMs) },
  send: (event) => producer.send(toRecord(event)),
  metrics: createMetrics({ elapsedMs, now, log }),
  elapsedMs,
  now,
  log,
})
