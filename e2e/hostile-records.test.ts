import { readFileSync } from 'node:fs'
import { CompressionTypes, Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { createKafkaLog } from './chaos/evidence/kafka-log.ts'
import { orderReaders } from './testing/built-functions.ts'
import {
  compressedZeros,
  type HostileRecord,
  hostileRecord,
  megabyteOfZeros,
} from './testing/hostile-records.ts'
import { environmentOn, type RunnerProcess, startRunnerProcess } from './testing/runner-process.ts'
import { createShop, type Shop } from './testing/shop.ts'
import { startTestStack, type TestStack } from './testing/test-stack.ts'
import { waitFor } from './testing/wait-for.ts'

// Records of other producers that no function can read, many of them and large ones. Each becomes a dead letter of every
// function, and what is between them is served.

const RECORDS = 50_000
const RECORDS_A_BATCH = 500
const MEGABYTES = 12
const ORDERS = 20
const DRAIN_LIMIT_MS = 400_000
const MAX_LOG_BYTES = 50_000_000
/** Most of it is what thirteen threads allow themselves before they collect garbage. */
const MAX_RESIDENT_BYTES = 2_000_000_000

let stack: TestStack
let runner: RunnerProcess
let shop: Shop
let kafka: Kafka

beforeAll(async () => {
  stack = await startTestStack('4.3.1')
  kafka = new Kafka({ brokers: [...stack.kafkaBrokers], logLevel: logLevel.NOTHING })
  runner = await startRunnerProcess(environmentOn(stack))
  shop = createShop(runner)
})

afterAll(async () => {
  await runner.stop()
  await stack.stop()
})

const partitions = z.array(z.looseObject({ lag: z.number(), lastFailure: z.unknown().optional() }))
const mappings = z.object({ items: z.array(z.looseObject({ topic: z.string(), partitions })) })
const orderPartitions = async () => {
  const { items } = mappings.parse((await shop.call(`${runner.url(8080)}/api/mappings`)).body)
  return items.filter(({ topic }) => topic === 'order-topic').flatMap((mapping) => mapping.partitions)
}

test(
  'malformed records of twenty shapes, and huge ones, drain beside the orders',
  async () => {
    await shop.createStock('HOSTILE-1', 1_000)
    const placeOrders = async (name: string) => {
      for (let index = 0; index < ORDERS; index += 1) {
        const lines = [{ sku: 'HOSTILE-1', quantity: 1 }]
        await waitFor(
          () => shop.placeOrder({ orderId: `${name}-${index}`, customerId: 'c-1', lines }),
          ({ status }) => status === 201 || status === 202,
        )
      }
    }
    await placeOrders('before')
    const producer = kafka.producer({ allowAutoTopicCreation: false })
    await producer.connect()
    const send = (records: readonly HostileRecord[], compression = CompressionTypes.GZIP) =>
      producer.send({
        topic: 'order-topic',
        compression,
        messages: records.map((record) => ({ ...record, headers: { ...record.headers } })),
      })
    for (let from = 0; from < RECORDS; from += RECORDS_A_BATCH) {
      await send(Array.from({ length: RECORDS_A_BATCH }, (_, index) => hostileRecord(from + index)))
    }
    await send([compressedZeros])
    for (let sent = 0; sent < MEGABYTES; sent += 1) await send([megabyteOfZeros], CompressionTypes.None)
    await producer.disconnect()
    await placeOrders('after')

    const drained = await waitFor(
      orderPartitions,
      (all) => all.length > 0 && all.every(({ lag }) => lag === 0),
      DRAIN_LIMIT_MS,
    )
    expect(drained.filter(({ lastFailure }) => lastFailure !== undefined)).toEqual([])
    for (const name of ['before', 'after']) {
      for (let index = 0; index < ORDERS; index += 1)
        expect(await shop.order(`${name}-${index}`)).toMatchObject({ status: 'CONFIRMED' })
    }
    expect(await lettersByTopic()).toEqual(
      Object.fromEntries(
        orderReaders.map(({ name }) => [`order-topic.${name}.dlq`, RECORDS + 1 + MEGABYTES]),
      ),
    )
    expect(Buffer.byteLength(runner.output())).toBeLessThan(MAX_LOG_BYTES)
    expect(mostResidentBytes(runner.pid)).toBeLessThan(MAX_RESIDENT_BYTES)
  },
  2 * DRAIN_LIMIT_MS,
)

/** Records that each function has refused. A letter is written again when its batch is retried. */
async function lettersByTopic(): Promise<Readonly<Record<string, number>>> {
  const letters = await createKafkaLog(stack.kafkaBrokers.join()).deadLetters()
  const byTopic = Map.groupBy(letters, ({ topic }) => topic)
  return Object.fromEntries(
    [...byTopic].map(([topic, found]) => [topic, new Set(found.map((letter) => letter.of)).size]),
  )
}

function mostResidentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1])
}
