import { randomUUID } from 'node:crypto'
import { readVariables } from '../../shared/environment.ts'
import { readKafkaConnection } from '../../shared/kafka/kafka-connection.ts'
import { createProducer } from '../../shared/kafka/producer.ts'
import { createSendDeadLetter } from '../../shared/kafka/send-dead-letter.ts'
import { createLogger } from '../../shared/logger.ts'
import { createRedis } from '../../shared/redis/connection.ts'
import { createEmail } from './email.ts'
import { createNotificationHandler } from './notification-handler.ts'
import { createNotifications } from './notifications.ts'

// Runs once per execution environment. Nothing connects until the first invocation needs it.
const { REDIS_URL, SMTP_URL } = readVariables(process.env, ['REDIS_URL', 'SMTP_URL'])
const service = 'notification'
const log = createLogger(service)
const now = () => new Date()
const producer = createProducer(readKafkaConnection(process.env), service)

export const handler = createNotificationHandler({
  notifications: createNotifications(createRedis(REDIS_URL)),
  channels: [createEmail(SMTP_URL)],
  deadLetter: createSendDeadLetter({ service, send: producer.send, now, log }),
  newOwner: randomUUID,
  log,
})
