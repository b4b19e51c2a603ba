import { Kafka, logLevel } from 'kafkajs'
import { askServer } from './ask-server.ts'

const HOW_TO_GO_ON = 'Start it, correct the address, or unset the variable to have one started here.'

/** Makes sure that the Kafka given by KAFKA_BROKERS answers. */
export async function checkKafka(brokers: readonly string[]): Promise<void> {
  const kafka = new Kafka({
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 3000,
    retry: { retries: 2 },
  })
  const admin = kafka.admin()
  try {
    await admin.connect()
    await admin.describeCluster()
  } catch (error) {
    throw new Error(`No Kafka answers on KAFKA_BROKERS=${brokers.join(',')}. ${HOW_TO_GO_ON}`, {
      cause: error,
    })
  } finally {
    await admin.disconnect()
  }
}

/** Makes sure that a server answers on the address given by REDIS_URL; with TLS, only that its port is open. */
export async function checkRedis(url: string): Promise<void> {
  const { hostname, port, protocol } = parseUrl(url)
  if (protocol === 'rediss:') return
  // A password that is still to be given answers PING with an error, and is an answer.
  const answer = await askServer(hostname, Number(port || 6379), 'PING')
  if (!answer.startsWith('+') && !answer.startsWith('-')) {
    throw new Error(`No Redis answers on REDIS_URL=${redact(url)}. ${HOW_TO_GO_ON}`)
  }
}

function parseUrl(url: string): URL {
  const parsed = URL.parse(url)
  if (!parsed || !['redis:', 'rediss:'].includes(parsed.protocol)) {
    throw new Error('REDIS_URL must look like redis://host:6379 (or rediss:// for TLS).')
  }
  return parsed
}

const redact = (url: string) => url.replace(/\/\/[^@/]*@/, '//***@')
