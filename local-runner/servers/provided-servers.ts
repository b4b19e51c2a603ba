import { createKafkaClient } from '../kafka/kafka-client.ts'
import { type KafkaLogin, securityProtocolOf } from '../kafka/kafka-login.ts'
import { askServer } from './ask-server.ts'
import { redisAddresses } from './redis-addresses.ts'

const FIX = 'Start it, correct the address or the login, or unset the variable to have one started here.'

/** @throws when the Kafka of KAFKA_BROKERS does not answer or refuses the login */
export async function checkKafka(brokers: readonly string[], login: KafkaLogin): Promise<void> {
  const kafka = createKafkaClient({
    clientId: 'local-runner-check',
    brokers,
    login,
    retries: 2,
    record: () => undefined,
  })
  const admin = kafka.admin()
  try {
    await admin.connect()
    await admin.describeCluster()
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(
      `No Kafka answers on KAFKA_BROKERS=${brokers.join(',')} over ${securityProtocolOf(login)}: ${why}. ${FIX}`,
      { cause: error },
    )
  } finally {
    await admin.disconnect()
  }
}

/** @returns the addresses of REDIS_URL @throws when none of them answers; over TLS they are not asked */
export async function checkRedis(url: string): Promise<string> {
  const { tls, nodes } = redisAddresses(url) ?? { tls: false, nodes: [] }
  const addresses = nodes.map(({ host, port }) => `${host}:${port}`).join(',')
  if (tls) return addresses
  for (const { host, port } of nodes) {
    const answer = await askServer(host, port, 'PING')
    // A Redis that requires a password answers PING with an error, which is an answer too.
    if (answer.startsWith('+') || answer.startsWith('-')) return addresses
  }
  throw new Error(`No Redis answers on ${addresses || url}, given by REDIS_URL. ${FIX}`)
}
