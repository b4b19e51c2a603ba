import type { Kafka } from 'kafkajs'
import * as z from 'zod'
import { API_PREFIX } from '../admin/api-prefix.ts'
import type { Environment } from '../config/env-files.ts'
import { createKafkaClient } from '../kafka/kafka-client.ts'
import { readKafkaLogin } from '../kafka/kafka-login.ts'

const ADMIN_PORT = 8080
/** Something else may be on the port, or the runner paused. */
const LIMIT_MS = 3000

const mappingsReport = z.object({ kafkaBrokers: z.array(z.string()) })

export interface FoundKafka {
  /** `host:port` each. */
  readonly brokers: readonly string[]
  readonly kafka: Kafka
}

/** The JSON API of the runner that was started with the same environment. @throws when PORT_OFFSET is not a whole number */
export function apiUrlOf(env: Environment): string {
  const offset = Number(env.PORT_OFFSET ?? 0)
  if (!Number.isInteger(offset))
    throw new Error(`PORT_OFFSET=${env.PORT_OFFSET ?? ''} must be a whole number.`)
  return `http://127.0.0.1:${ADMIN_PORT + offset}${API_PREFIX}`
}

async function findBrokers(env: Environment): Promise<readonly string[]> {
  if (env.KAFKA_BROKERS !== undefined && env.KAFKA_BROKERS !== '') return env.KAFKA_BROKERS.split(',')
  const apiUrl = apiUrlOf(env)
  try {
    const response = await fetch(`${apiUrl}/mappings`, { signal: AbortSignal.timeout(LIMIT_MS) })
    return mappingsReport.parse(await response.json()).kafkaBrokers
  } catch (error) {
    throw new Error(
      `No runner answers at ${apiUrl}: start it (npm start), set PORT_OFFSET to the runner's value, or name a broker (KAFKA_BROKERS=localhost:9092).`,
      { cause: error },
    )
  }
}

/** The Kafka of KAFKA_BROKERS, else the running runner's; with the login of the environment. @throws when that is wrong */
export async function findKafka(clientId: string, env: Environment): Promise<FoundKafka> {
  const brokers = await findBrokers(env)
  const kafka = createKafkaClient({ clientId, brokers, login: readKafkaLogin(env), record: () => undefined })
  return { brokers, kafka }
}
