import { createKafkaClient } from '../kafka/kafka-client.ts'
import { type KafkaLogin, securityProtocolOf } from '../kafka/kafka-login.ts'
import { askServer } from './ask-server.ts'
import { redisAddresses } from './redis-addresses.ts'

const HOW_TO_GO_ON =
  'Start it, correct the address or the login, or unset the variable to have one started here.'

/** Makes sure that the Kafka given by KAFKA_BROKERS answers and lets us in. */
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
      `No Kafka answers on KAFKA_BROKERS=${brokers.join(',')} over ${securityProtocolOf(login)}: ${why}. ${HOW_TO_GO_ON}`,
      { cause: error },
    )
  } finally {
    await admin.disconnect()
  }
}

/** Makes sure that a server answers on an address of REDIS_URL, and gives all of them; with TLS it does not ask. */
export async function checkRedis(url: string): Promise<string> {
  const { tls, nodes } = redisAddresses(url) ?? { tls: false, nodes: [] }
  const addresses = nodes.map(({ host, port }) => `${host}:${port}`).join(',')
  if (tls) return addresses
  for (const { host, port } of nodes) {
    const answer = await askServer(host, port, 'PING')
    // A password that is still to be given answers PING with an error, and is an answer.
    if (answer.startsWith('+') || answer.startsWith('-')) return addresses
  }
  throw new Error(`No Redis answers on ${addresses || url}, given by REDIS_URL. ${HOW_TO_GO_ON}`)
}
