import { readVariables } from '../../shared/environment.ts'
import { readKafkaConnection } from '../../shared/kafka/kafka-connection.ts'
import { createProducer } from '../../shared/kafka/producer.ts'
import { createSendDeadLetter } from '../../shared/kafka/send-dead-letter.ts'
import { createLogger } from '../../shared/logger.ts'
import { createRedis } from '../../shared/redis/connection.ts'
import { createAnalyticsHandler } from './analytics-handler.ts'
import { createCounters } from './counters.ts'

// Runs once per execution environment. Nothing connects until the first invocation needs it.
const { REDIS_URL } = readVariables(process.env, ['REDIS_URL'])
const service = 'analytics'
const log = createLogger(service)
const now = () => new Date()
const producer = createProducer(readKafkaConnection(process.env), service)

export const handler = createAnalyticsHandler({
  counters: createCounters(createRedis(REDIS_URL)),
  deadLetter: createSendDeadLetter({ service, send: producer.send, now, log }),
  now,
  log,
})
