import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { CompressionCodecs, CompressionTypes, Kafka, logLevel, Partitioners } from 'kafkajs'
import { expect, inject, onTestFinished, test } from 'vitest'
import { kafkaTrigger } from '../../event-source-mapping/parameters.ts'
import { failure, patience, setup, success } from '../../event-source-mapping/testing/mapping-on-topic.ts'
import { createLogReader } from '../../kafka/log-reader.ts'
import { startJavaClient } from '../../testing/java-client/java-client.ts'
import { answered } from './answered.ts'
import { diagnoseCluster } from './diagnose-cluster.ts'
import { diagnoseMapping } from './diagnose-mapping.ts'
import { gatherCluster } from './gather-cluster.ts'
import { gatherMapping } from './gather-mapping.ts'

const brokers = inject('kafkaBrokers')

async function openPort(): Promise<{
  readonly server: ReturnType<typeof createServer>
  readonly port: number
}> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

/** A port where nobody listens. */
async function closedPort(): Promise<number> {
  const { server, port } = await openPort()
  server.close()
  await once(server, 'close')
  return port
}

/** The tests' broker behind another port, with another port in what it says of itself. */
async function brokerThatAdvertises(advertisedPort: number): Promise<string> {
  const [host = '', realPort = ''] = brokers[0]?.split(':') ?? []
  const { server, port } = await openPort()
  const place = (of: number) => {
    const bytes = Buffer.alloc(4)
    bytes.writeInt32BE(of)
    return Buffer.concat([Buffer.from(host), bytes])
  }
  server.on('connection', (client) => {
    const upstream = connect(Number(realPort), host)
    client.pipe(upstream)
    upstream.on('data', (data) => {
      const at = data.indexOf(place(Number(realPort)))
      if (at >= 0) place(advertisedPort).copy(data, at)
      client.write(data)
    })
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => other.destroy()).on('close', () => other.destroy())
    }
  })
  onTestFinished(() => void server.close())
  return `127.0.0.1:${port}`
}

const examine = (bootstrap: string) =>
  gatherCluster(
    new Kafka({
      brokers: [bootstrap],
      logLevel: logLevel.NOTHING,
      retry: { retries: 0 },
      connectionTimeout: 1000,
    }),
    bootstrap,
  ).then(diagnoseCluster)

test('a broker that advertises an address where nobody is', async () => {
  const dead = await closedPort()
  expect(await examine(await brokerThatAdvertises(dead))).toMatchObject([
    { cause: 'listener-unreachable', what: expect.stringContaining(`127.0.0.1:${dead}`) as unknown },
  ])
  expect(await examine(brokers[0] ?? '')).toEqual([])
})

test('no Kafka at all', async () => {
  expect(await examine(`127.0.0.1:${await closedPort()}`)).toMatchObject([{ cause: 'kafka-unreachable' }])
})

test('a Kafka that takes connections and says nothing', async () => {
  const { server, port } = await openPort()
  onTestFinished(() => void server.close())
  const findings = await answered('Kafka', 1500, () => examine(`127.0.0.1:${port}`))
  expect(findings).toMatchObject([{ cause: 'unanswered' }])
})

async function clinic(options?: Parameters<typeof setup>[0]) {
  const { topic, consumerGroupId, admin, kafka, ...rest } = await setup(options)
  const reader = createLogReader(kafka)
  const undecided = createLogReader(kafka, { isolation: 'read_uncommitted' })
  onTestFinished(async () => void (await Promise.all([reader.close(), undecided.close()])))
  const findings = async (
    mapping: ReturnType<typeof rest.mapping> | undefined,
    change: Record<string, unknown> = {},
  ) => {
    const trigger = kafkaTrigger.parse({
      topics: [topic],
      consumerGroupId,
      startingPosition: 'TRIM_HORIZON',
      provisionedPollerConfig: { minimumPollers: 1 },
      ...change,
    })
    const facts = await gatherMapping({
      kafka,
      admin,
      reader,
      undecided,
      now: () => Date.now(),
      functionName: 'test',
      trigger,
      live: mapping?.state(),
    })
    return diagnoseMapping(facts)
  }
  return {
    ...rest,
    topic,
    admin,
    findings,
    causes: async (...of: Parameters<typeof findings>) => (await findings(...of)).map(({ cause }) => cause),
    beginTransaction: async (transactionalId = `tx-${randomUUID()}`) => {
      const producer = kafka.producer({
        transactionalId,
        maxInFlightRequests: 1,
        idempotent: true,
        transactionTimeout: 50_000,
        createPartitioner: Partitioners.DefaultPartitioner,
      })
      await producer.connect()
      onTestFinished(() => producer.disconnect())
      return producer.transaction()
    },
  }
}

test('a topic that is not there, and nobody who polls', async () => {
  const { causes, fill } = await clinic()
  expect(await causes(undefined, { topics: ['nowhere'] })).toEqual(['no-topic'])
  expect(await causes(undefined, { enabled: false })).toEqual(['disabled'])
  expect(await causes(undefined)).toEqual(['not-running', 'no-records'])
  await fill(0, 1)
  expect(await causes(undefined)).toEqual(['not-running'])
})

test('a record that fails each time, then a second member that takes the partition', async () => {
  const { causes, fill, mapping } = await clinic()
  await fill(0, 3)
  const first = mapping(async () => failure)
  await first.start()
  await expect.poll(() => causes(first), patience).toEqual(['poison'])
  const second = mapping(async () => failure)
  await second.start()
  await expect.poll(() => causes(first), patience).toContain('group-elsewhere')
})

test('records that wait for the batching window', async () => {
  const { causes, fill, mapping } = await clinic()
  await fill(0, 3)
  const slow = { maximumBatchingWindowInSeconds: 300 }
  const waiting = mapping(async () => success, slow)
  await waiting.start()
  await expect.poll(() => causes(waiting, slow), patience).toEqual(['window'])
})

test('records older than LATEST', async () => {
  const { causes, fill, mapping, committed } = await clinic()
  await fill(0, 3)
  const latest = { startingPosition: 'LATEST' }
  const polling = mapping(async () => success, latest)
  await polling.start()
  await expect.poll(committed, patience).toEqual([3])
  await expect.poll(() => causes(polling, latest), patience).toEqual(['latest'])
})

test('filters that let nothing through, and one that does', async () => {
  const { causes, send, mapping, committed } = await clinic()
  await send([{ value: '{"n":1}' }, { value: '{"n":2}' }])
  const filter = (n: number) => ({ filterCriteria: { filters: [{ pattern: `{"value":{"n":[${n}]}}` }] } })
  const polling = mapping(async () => success, filter(3))
  await polling.start()
  await expect.poll(committed, patience).toEqual([2])
  expect(await causes(polling, filter(3))).toEqual(['all-filtered'])
  expect(await causes(polling, filter(2))).toEqual([])
})

test('records behind an open transaction: how many, since when, whose, and when Kafka ends it', async () => {
  const { findings, causes, fill, send, topic, beginTransaction } = await clinic()
  await fill(0, 2)
  const transaction = await beginTransaction('billing')
  const time = Date.parse('2026-01-02T03:04:05Z')
  await transaction.send({ topic, messages: [{ value: 'undecided', timestamp: String(time) }] })
  await send([{ value: 'plain' }])
  const [, waiting] = await findings(undefined)
  expect(waiting).toMatchObject({ cause: 'open-transaction' })
  expect(waiting?.what).toMatch(
    new RegExp(
      `^2 records of ${topic}-0 wait behind an open transaction since 2026-01-02T03:04:05Z \\(\\d+ d\\): producer id \\d+, transactional id billing$`,
    ),
  )
  expect(waiting?.fix).toMatch(/Kafka aborts it at 20\d\d-/)
  await transaction.commit()
  await expect.poll(() => causes(undefined), patience).toEqual(['not-running'])
})

test('a topic of nothing but an open transaction is not called empty, and one of aborted records is', async () => {
  const { causes, topic, beginTransaction } = await clinic()
  const transaction = await beginTransaction()
  await transaction.send({ topic, messages: [{ value: 'undecided' }] })
  expect(await causes(undefined)).toEqual(['not-running', 'open-transaction'])
  await transaction.abort()
  await expect.poll(() => causes(undefined), patience).toEqual(['not-running', 'no-records'])
})

test('a group that has done all but markers and aborted records is not behind', async () => {
  const { causes, fill, topic, mapping, committed, beginTransaction } = await clinic()
  await fill(0, 2)
  const polling = mapping(async () => success)
  await polling.start()
  await expect.poll(committed, patience).toEqual([2])
  await polling.stop()
  const transaction = await beginTransaction()
  await transaction.send({ topic, messages: [{ value: 'aborted' }, { value: 'too' }] })
  await transaction.abort()
  await expect.poll(() => causes(polling), patience).not.toContain('open-transaction')
  expect(await causes(undefined)).toEqual(['not-running'])
  const reports = { ...polling, state: () => ({ ...polling.state(), status: 'polling' as const }) }
  expect(await causes(reports)).toEqual([])
  await fill(0, 3)
  expect(await causes(reports)).toEqual(['behind'])
})

test('a destination that cannot be written', async () => {
  const { findings, fill, mapping, topic } = await clinic()
  await fill(0, 1)
  const given = {
    maximumRetryAttempts: 0,
    destinationConfig: { onFailure: { destination: `kafka://${topic}.failed` } },
  }
  const polling = mapping(async () => failure, given)
  await polling.start()
  await expect
    .poll(() => findings(polling, given), patience)
    .toMatchObject([
      {
        cause: 'destination',
        what: expect.stringContaining(
          `kafka://${topic}.failed does not take a record of ${topic}-0, offset 0`,
        ) as unknown,
        fix: expect.stringContaining(`Create the topic ${topic}.failed`) as unknown,
      },
    ])
})

test('a record that cannot be unpacked, and all four codecs that can', async () => {
  const { findings, causes, topic } = await clinic()
  const java = await startJavaClient(brokers)
  for (const codec of ['gzip', 'snappy', 'lz4', 'zstd'] as const)
    await java.send(topic, [{ value: 'packed' }], codec)
  expect(await causes(undefined)).toEqual(['not-running'])
  const { [CompressionTypes.GZIP]: working } = CompressionCodecs
  const broken = { decompress: () => Promise.reject(new Error('broken gzip data')) }
  onTestFinished(() => void Object.assign(CompressionCodecs, { [CompressionTypes.GZIP]: working }))
  Object.assign(CompressionCodecs, { [CompressionTypes.GZIP]: () => broken })
  expect(await findings(undefined)).toMatchObject([
    { cause: 'not-running' },
    { cause: 'unreadable', what: expect.stringContaining('broken gzip data') as unknown },
  ])
})
