import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { Kafka, logLevel } from 'kafkajs'
import { expect, inject, onTestFinished, test } from 'vitest'
import { kafkaTrigger } from '../../event-source-mapping/parameters.ts'
import { failure, patience, setup, success } from '../../event-source-mapping/testing/mapping-on-topic.ts'
import { createLogReader } from '../../kafka/log-reader.ts'
import { diagnoseCluster, diagnoseMapping } from './diagnose.ts'
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

async function clinic(options?: Parameters<typeof setup>[0]) {
  const { topic, consumerGroupId, admin, kafka, ...rest } = await setup(options)
  const reader = createLogReader(kafka)
  onTestFinished(reader.close)
  return {
    ...rest,
    topic,
    causes: async (
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
        admin,
        reader,
        functionName: 'test',
        trigger,
        live: mapping?.state(),
      })
      return diagnoseMapping(facts).map(({ cause }) => cause)
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
