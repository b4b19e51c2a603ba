import { randomUUID } from 'node:crypto'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { ensureTopics } from './topics.ts'

const brokers = inject('kafkaBrokers')
const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin()
beforeAll(async () => await admin.connect())
afterAll(async () => await admin.disconnect())

const topic = (numPartitions: number, name = `topics-test-${randomUUID()}`) => ({
  name,
  numPartitions,
  configEntries: { 'retention.ms': '1209600000' },
})

async function partitionsOf(name: string) {
  const { topics } = await admin.fetchTopicMetadata({ topics: [name] })
  return topics[0]?.partitions.length
}

test('creates a topic with its partitions and settings', async () => {
  const printed: string[] = []
  const wanted = topic(4)
  await ensureTopics(brokers, [wanted], (line) => printed.push(line))
  expect(await partitionsOf(wanted.name)).toBe(4)
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: 2, name: wanted.name, configNames: ['retention.ms'] }],
  })
  expect(resources[0]?.configEntries[0]?.configValue).toBe('1209600000')
  expect(printed).toEqual([`Created ${wanted.name} (4 partitions)`])
})

test('leaves an existing topic alone and says nothing when it is as wanted', async () => {
  const printed: string[] = []
  const wanted = topic(2)
  await ensureTopics(brokers, [wanted], () => undefined)
  await ensureTopics(brokers, [wanted], (line) => printed.push(line))
  expect(printed).toEqual([])
})

test('warns, and changes nothing, when an existing topic has fewer partitions than wanted', async () => {
  const printed: string[] = []
  const { name } = topic(2)
  await ensureTopics(brokers, [topic(2, name)], () => undefined)
  await ensureTopics(brokers, [topic(5, name)], (line) => printed.push(line))
  expect(await partitionsOf(name)).toBe(2)
  expect(printed).toEqual([expect.stringContaining(`${name} has 2 partitions, functions/topics.json has 5`)])
  expect(printed[0]).toContain(`--alter --topic ${name} --partitions 5`)
})

test('names the brokers when they do not answer', async () => {
  await expect(ensureTopics(['127.0.0.1:1'], [topic(1)], () => undefined)).rejects.toThrow('127.0.0.1:1')
})
