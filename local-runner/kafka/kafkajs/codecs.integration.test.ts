import { afterAll, expect, inject, onTestFinished, test } from 'vitest'
import { createDeadLetters } from '../../dead-letters/dead-letters.ts'
import { patience, setup, success } from '../../event-source-mapping/testing/mapping-on-topic.ts'
import { startJavaClient } from '../../testing/java-client/java-client.ts'
import { createKafkaClient } from '../kafka-client.ts'

const brokers = inject('kafkaBrokers')
const java = await startJavaClient(brokers, afterAll)
const ALL = ['gzip', 'snappy', 'lz4', 'zstd'] as const
/** Several blocks of every codec, and not all one byte. */
const LONG = [{ part: 'abcdefghij-0123456789;', times: 20_000 }]

test('a mapping is given the records of every codec, in their order', async () => {
  const { topic, mapping } = await setup()
  for (const codec of ALL) {
    await java.send(topic, [{ value: `short ${codec}` }, { key: 'k', value: LONG }], codec)
  }
  const delivered: string[] = []
  await mapping(async (records) => {
    for (const { value } of records) delivered.push(value ?? '')
    return success
  }).start()
  const long = 'abcdefghij-0123456789;'.repeat(20_000)
  await expect.poll(() => delivered.length, patience).toBe(8)
  expect(delivered).toEqual(ALL.flatMap((codec) => [`short ${codec}`, long]))
})

test.each(ALL)('a topic whose own compression.type is %s', async (codec) => {
  const { topic, createTopic, send, mapping } = await setup()
  const compressed = await createTopic(`${topic}.${codec}`, 1, [{ name: 'compression.type', value: codec }])
  // By kafkajs, uncompressed: the broker compresses.
  await send([{ value: 'one' }, { value: 'two' }], compressed)
  const delivered: string[] = []
  const { start } = mapping(
    async (records) => {
      for (const { value } of records) delivered.push(value ?? '')
      return success
    },
    { topics: [compressed] },
  )
  await start()
  await expect.poll(() => delivered, patience).toEqual(['one', 'two'])
})

test.each(ALL)('a dead letter compressed with %s is shown, and listed with all others', async (codec) => {
  const { topic, createTopic } = await setup()
  const dlq = await createTopic(`${topic}.stock.dlq`)
  const headers = [
    ['x-dlq-topic', topic],
    ['x-dlq-partition', '0'],
    ['x-dlq-offset', '7'],
    ['x-dlq-reason', 'why'],
  ] as const
  await java.send(dlq, [{ value: 'refused', headers }], codec)
  const letters = createDeadLetters(createKafkaClient({ clientId: 'test', brokers, record: () => undefined }))
  onTestFinished(letters.close)
  const shown = []
  for await (const letter of letters.show(dlq)) shown.push(letter)
  expect(shown).toMatchObject([{ reason: 'why', original: { offset: 7n } }])
  expect(await letters.list()).toContainEqual({ topic: dlq, total: 1, waiting: 1 })
})
