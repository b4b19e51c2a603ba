import type { Kafka } from 'kafkajs'
import { createKafkaClient } from '../kafka/kafka-client.ts'
import { readKafkaLogin } from '../kafka/kafka-login.ts'
import { adminUrlOf } from './admin-url.ts'
import { findBrokers } from './find-brokers.ts'

export interface FoundKafka {
  /** `host:port` each. */
  readonly brokers: readonly string[]
  readonly kafka: Kafka
}

/** The Kafka that a command works on, with the login of the environment. @throws when that login is wrong */
export async function findKafka(clientId: string, env: NodeJS.ProcessEnv): Promise<FoundKafka> {
  const brokers = await findBrokers({ given: env.KAFKA_BROKERS, adminUrl: adminUrlOf(env) })
  const kafka = createKafkaClient({ clientId, brokers, login: readKafkaLogin(env), record: () => undefined })
  return { brokers, kafka }
}
