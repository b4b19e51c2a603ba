import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createEventSourceMapping } from '../local-runner/event-source-mapping/event-source-mapping.ts'
import { kafkaTrigger } from '../local-runner/event-source-mapping/parameters.ts'
import type { JournalEvent } from '../local-runner/journal/events.ts'
import { readKafkaLogin } from '../local-runner/kafka/kafka-login.ts'
import { type Guardian, startGuardian } from '../local-runner/servers/guardian.ts'
import { startKraftKafka } from '../local-runner/servers/kraft-kafka.ts'
import { takeLock } from '../local-runner/servers/lock.ts'
import { setUpKafka } from '../local-runner/servers/native-kafka.ts'
import { createPorts } from '../local-runner/servers/ports.ts'
import { checkKafka } from '../local-runner/servers/provided-servers.ts'
import { findRequirements } from '../local-runner/servers/requirements.ts'
import { logFileOf } from '../local-runner/servers/server-log.ts'
import { ensureTopics } from '../local-runner/servers/topics.ts'
import { readKafkaConnection } from '../shared/kafka/kafka-connection.ts'
import { createProducer } from '../shared/kafka/producer.ts'

const artifactsDirectory = join(import.meta.dirname, '..', '.local', 'artifacts')

let dataDirectory: string
let guardian: Guardian
/** host:port of the listener that wants a login. */
let broker: string

beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'kafka-login-'))
  const wanted = { artifactsDirectory, kafkaVersion: '4.3.1', redis: false, docker: 'not used' } as const
  const { java } = await findRequirements(wanted)
  if (!java) throw new Error('There is no Java to run Kafka with.')
  await takeLock(dataDirectory, () => undefined)
  guardian = startGuardian(dataDirectory)
  const ports = createPorts({ any: true })
  const [port, loginPort, controllerPort] = [await ports.take(0), await ports.take(0), await ports.take(0)]
  const listeners = [
    `PLAINTEXT://127.0.0.1:${port}`,
    `SASL_PLAINTEXT://127.0.0.1:${loginPort}`,
    `CONTROLLER://127.0.0.1:${controllerPort}`,
  ].join(',')
  const directory = join(dataDirectory, 'kafka')
  await startKraftKafka(guardian, await setUpKafka('4.3.1', { artifactsDirectory, dataDirectory, java }), {
    directory,
    logFile: logFileOf(dataDirectory, 'kafka'),
    port,
    controllerPort,
    settings: {
      listeners,
      'advertised.listeners': listeners,
      'listener.security.protocol.map':
        'PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT',
      'sasl.enabled.mechanisms': 'PLAIN',
      'listener.name.sasl_plaintext.plain.sasl.jaas.config':
        'org.apache.kafka.common.security.plain.PlainLoginModule required user_shop="open sesame";',
    },
  })
  broker = `127.0.0.1:${loginPort}`
  const topic = { name: 'login-test', numPartitions: 1, configEntries: {} }
  await ensureTopics([broker], [topic], () => undefined, readKafkaLogin(login('open sesame')))
})

afterAll(async () => {
  await guardian.stop()
  await rm(dataDirectory, { recursive: true, force: true })
})

function producerWith(env: Readonly<Record<string, string>>) {
  const { send, close } = createProducer(readKafkaConnection({ KAFKA_BROKERS: broker, ...env }), 'test')
  return { close, send: () => send({ topic: 'login-test', key: 'k', value: 'v', headers: {} }) }
}
const login = (password: string) => ({
  KAFKA_SASL_MECHANISM: 'PLAIN',
  KAFKA_SASL_USERNAME: 'shop',
  KAFKA_SASL_PASSWORD: password,
})

test('with user and password from the environment a record is stored', async () => {
  const { send, close } = producerWith(login('open sesame'))
  // A broker that has just started knows the leader of a new topic a moment later.
  await vi.waitFor(send, 20_000)
  await close()
})

test.each([
  ['a wrong password', login('guess')],
  ['no login', {}],
  ['TLS where there is none', { KAFKA_SSL: 'true', ...login('open sesame') }],
])('with %s no record is stored', async (_what, env) => {
  const { send, close } = producerWith(env)
  await expect(send()).rejects.toMatchObject({ name: 'AppError', code: 'kafka_unavailable' })
  await close()
})

test('the runner logs in alike: it checks the Kafka that is given, and its mappings read and commit', async () => {
  const kafkaLogin = readKafkaLogin(login('open sesame'))
  await checkKafka([broker], kafkaLogin)
  const { send, close } = producerWith(login('open sesame'))
  await send()
  await close()
  const events: JournalEvent[] = []
  const payloads: string[] = []
  const { start, state, stop } = createEventSourceMapping({
    functionName: 'test',
    functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:test',
    parameters: kafkaTrigger.parse({
      topics: ['login-test'],
      consumerGroupId: 'login',
      startingPosition: 'TRIM_HORIZON',
      maximumBatchingWindowInSeconds: 0,
      provisionedPollerConfig: { minimumPollers: 1 },
      destinationConfig: { onFailure: { destination: 'kafka://login-test.failed' } },
      loggingConfig: { systemLogLevel: 'INFO' },
    }),
    kafkaBrokers: [broker],
    kafkaLogin,
    destinationsDirectory: dataDirectory,
    invoke: async (payload) => {
      payloads.push(payload)
      return { outcome: 'success', payload: 'null' }
    },
    record: (event) => void events.push(event),
  })
  await start()
  await vi.waitFor(() => expect(payloads.join()).toContain('"value":"dg=="'), 20_000)
  await stop()
  const [partition] = state().partitions
  expect(partition?.committed).toBe(partition?.endOffset)
  const lines = events.filter(({ name }) => name === 'mapping.log').map((event) => JSON.stringify(event))
  expect(lines.join()).toContain('SASL_PLAINTEXT')
})

test.each([
  ['a wrong password', login('guess')],
  ['no login', {}],
])('with %s the runner says that this Kafka does not let it in', async (_what, env) => {
  await expect(checkKafka([broker], readKafkaLogin(env))).rejects.toThrow(
    new RegExp(`No Kafka answers on KAFKA_BROKERS=${broker} over (SASL_)?PLAINTEXT: .+`),
  )
})
