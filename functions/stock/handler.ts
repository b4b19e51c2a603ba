import { readVariables } from '../../shared/environment.ts'
import { readKafkaConnection } from '../../shared/kafka/kafka-connection.ts'
import { createProducer } from '../../shared/kafka/producer.ts'
import { createSendDeadLetter } from '../../shared/kafka/send-dead-letter.ts'
import { createLogger } from '../../shared/logger.ts'
import { toRecord } from '../../shared/orders/order-record.ts'
import { createRedis } from '../../shared/redis/connection.ts'
import { createFreeze } from './freeze.ts'
import { createOrderProgress } from './order-progress.ts'
import { toStockRecord } from './stock-event.ts'
import { createStockHandler } from './stock-handler.ts'
import { createStockItems } from './stock-items.ts'
import { createStockLedger } from './stock-ledger.ts'
import { createStockOutbox } from './stock-outbox.ts'
import { createStockRebuild } from './stock-rebuild.ts'

// Runs once per execution environment. Nothing connects until the first invocation needs it.
const { REDIS_URL } = readVariables(process.env, ['REDIS_URL'])
const service = 'stock'
const log = createLogger(service)
const redis = createRedis(REDIS_URL)
const producer = createProducer(readKafkaConnection(process.env), service)
const now = () => new Date()

export const handler = createStockHandler({
  ledger: createStockLedger(redis),
  items: createStockItems(redis),
  outbox: createStockOutbox(redis),
  rebuild: createStockRebuild(redis),
  freeze: createFreeze(redis),
  progress: createOrderProgress(redis),
  send: (event) => producer.send(toRecord(event)),
  sendChange: (change) => producer.send(toStockRecord(change)),
  deadLetter: createSendDeadLetter({ service, send: producer.send, now, log }),
  log,
  now,
})
