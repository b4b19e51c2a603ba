import { readVariables } from '../../shared/environment.ts'
import { toDeadLetter } from '../../shared/kafka/dead-letter.ts'
import { readKafkaConnection } from '../../shared/kafka/kafka-connection.ts'
import { createProducer } from '../../shared/kafka/producer.ts'
import { createLogger } from '../../shared/logger.ts'
import { createRedis } from '../../shared/redis/connection.ts'
import { createAnalyticsHandler } from './analytics-handler.ts'
import { createCounters } from './counters.ts'

// Runs once per execution environment. Nothing connects until the first invocation needs it.
const { REDIS_URL } = readVariables(process.env, ['REDIS_URL'])
const producer = createProducer(readKafkaConnection(process.env), 'analytics')

export const handler = createAnalyticsHandler({
  counters: createCounters(createRedis(REDIS_URL)),
  deadLetter: (record, reason) => producer.send(toDeadLetter(record, 'analytics', reason, new Date())),
  now: () => new Date(),
  log: createLogger('analytics'),
})
