import { readVariables } from '../../shared/environment.ts'
import { readKafkaConnection } from '../../shared/kafka/kafka-connection.ts'
import { createProducer } from '../../shared/kafka/producer.ts'
import { createLogger } from '../../shared/logger.ts'
import { toRecord } from '../../shared/orders/order-record.ts'
import { createRedis } from '../../shared/redis/connection.ts'
import { createOrderHandler } from './order-handler.ts'
import { createOrders } from './orders.ts'
import { createOutbox } from './outbox.ts'
import { createStockHolds } from './stock-holds.ts'

// Runs once per execution environment. Nothing connects until the first invocation needs it.
const { REDIS_URL } = readVariables(process.env, ['REDIS_URL'])
const redis = createRedis(REDIS_URL)
const producer = createProducer(readKafkaConnection(process.env), 'order')

export const handler = createOrderHandler({
  ...createOrders(redis),
  ...createOutbox(redis),
  ...createStockHolds(redis),
  send: (event) => producer.send(toRecord(event)),
  log: createLogger('order'),
})
