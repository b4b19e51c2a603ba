import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type CompressionTypes,
  Kafka,
  type KafkaMessage,
  logLevel,
  type Message,
  Partitioners,
} from 'kafkajs'
import { expect, inject, onTestFinished } from 'vitest'
import type { JournalEvent } from '../../journal/events.ts'
import { createLogReader, readLog } from '../../kafka/log-reader.ts'
import type { InvocationResult } from '../../lambda/invocation.ts'
import { eventsNamed } from '../../testing/events-named.ts'
import { createEventSourceMapping } from '../event-source-mapping.ts'
import type { MappingDeps } from '../mapping-deps.ts'
import { kafkaTrigger } from '../parameters.ts'
import { type Delivered, parseDelivery } from './parse-delivery.ts'

export const patience = { timeout: 20_000, interval: 20 }
export const success: InvocationResult = { outcome: 'success', payload: 'null' }
export const failure: InvocationResult = {
  outcome: 'function-error',
  error: { errorType: 'Error', errorMessage: 'no' },
}
export const answer = (value: unknown): InvocationResult => ({
  outcome: 'success',
  payload: JSON.stringify(value),
})
export const offsetsOf = (records: readonly Delivered[]) => records.map(({ offset }) => offset)

/** A topic of its own on the tests' broker, and mappings on it that are stopped after the test. */
export async function setup({
  partitions = 1,
  brokers = inject('kafkaBrokers'),
  configEntries = [] as { name: string; value: string }[],
} = {}) {
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING })
  const topic = `topic-${randomUUID()}`
  const consumerGroupId = `group-${randomUUID()}`
  const admin = kafka.admin()
  // A new topic's partitions can be written one after the other, and kafkajs then sends all again.
  const producer = kafka.producer({ idempotent: true, createPartitioner: Partitioners.DefaultPartitioner })
  const destinationsDirectory = await mkdtemp(join(tmpdir(), 'destinations-'))
  await Promise.all([admin.connect(), producer.connect()])
  onTestFinished(async () => {
    await Promise.all([admin.disconnect(), producer.disconnect()])
    await rm(destinationsDirectory, { recursive: true, force: true })
  })
  const createTopic = async (
    name: string,
    numPartitions = 1,
    configEntries: { name: string; value: string }[] = [],
  ) => {
    await admin.createTopics({
      topics: [{ topic: name, numPartitions, configEntries }],
      waitForLeaders: false,
    })
    // kafkajs waits for leaders, but fails when the broker does not know the topic yet.
    const countLed = async () => {
      const known = await admin.fetchTopicMetadata({ topics: [name] })
      return known.topics[0]?.partitions.filter(({ leader }) => leader >= 0).length
    }
    await expect.poll(() => countLed().catch(() => 0), patience).toBe(numPartitions)
    return name
  }
  await createTopic(topic, partitions, configEntries)

  const send = async (messages: readonly Message[], to = topic, compression?: CompressionTypes) => {
    await producer.send({ topic: to, messages: [...messages], ...(compression && { compression }) })
  }
  return {
    topic,
    brokers,
    kafka,
    consumerGroupId,
    destinationsDirectory,
    admin,
    send,
    /** `count` records on one partition, with values prefix-0, prefix-1, … */
    fill: (partition: number, count: number, prefix = 'v') =>
      send(Array.from({ length: count }, (_, index) => ({ partition, value: `${prefix}-${index}` }))),
    committed: async () => {
      const [offsets] = await admin.fetchOffsets({ groupId: consumerGroupId, topics: [topic] })
      const byPartition = offsets?.partitions ?? []
      return [...byPartition].sort((a, b) => a.partition - b.partition).map(({ offset }) => Number(offset))
    },
    createTopic,
    /** Deletes the records of partition 0 before `offset`. */
    cutLog: async (offset: number) => {
      await admin.fetchTopicOffsets(topic) // otherwise kafkajs finds no leader
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(offset) }] })
    },
    /** All records of a topic's partition. */
    read: async (from: string, partition = 0) => {
      const reader = createLogReader(kafka)
      const messages: KafkaMessage[] = []
      try {
        for await (const one of readLog(reader, { topic: from, partition, offset: 0n })) messages.push(one)
      } finally {
        await reader.close()
      }
      return messages
    },
    mapping: (
      invoke: (records: readonly Delivered[], payload: string) => Promise<InvocationResult>,
      parameters: Readonly<Record<string, unknown>> = {},
      more: Partial<MappingDeps> = {},
    ) => {
      const events: JournalEvent[] = []
      const mapping = createEventSourceMapping({
        functionName: 'test',
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:test',
        parameters: kafkaTrigger.parse({
          topics: [topic],
          consumerGroupId,
          startingPosition: 'TRIM_HORIZON',
          maximumBatchingWindowInSeconds: 0,
          provisionedPollerConfig: { minimumPollers: 1 },
          ...parameters,
        }),
        kafkaBrokers: brokers,
        destinationsDirectory,
        invoke: (payload) => invoke(parseDelivery(payload), payload),
        record: (event) => void events.push(event),
        retryDelayMs: () => 5,
        sessionTimeoutMs: 3000,
        ...more,
      })
      onTestFinished(mapping.stop)
      const named = <Name extends JournalEvent['name']>(name: Name) => eventsNamed(events, name)
      return { ...mapping, events, named }
    },
  }
}
