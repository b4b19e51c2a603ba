import { randomUUID } from 'node:crypto'
import { readVariables } from '../../shared/environment.ts'
import { toDeadLetter } from '../../shared/kafka/dead-letter.ts'
import { readKafkaConnection } from '../../shared/kafka/kafka-connection.ts'
import { createProducer } from '../../shared/kafka/producer.ts'
import { createLogger } from '../../shared/logger.ts'
import { createRedis } from '../../shared/redis/connection.ts'
import { createEmail } from './email.ts'
import { createNotificationHandler } from './notification-handler.ts'
import { createNotifications } from './notifications.ts'

// Runs once per execution environment. Nothing connects until the first invocation needs it.
const { REDIS_URL, SMTP_URL } = readVariables(process.env, ['REDIS_URL', 'SMTP_URL'])
const producer = createProducer(readKafkaConnection(process.env), 'notification')

export const handler = createNotificationHandler({
  notifications: createNotifications(createRedis(REDIS_URL)),
  channels: [createEmail(SMTP_URL)],
  deadLetter: (record, reason) => producer.send(toDeadLetter(record, 'notification', reason, new Date())),
  newOwner: randomUUID,
  log: createLogger('notification'),
})
