import { afterAll, expect, inject, onTestFinished, test } from 'vitest'
import { setup } from '../event-source-mapping/testing/mapping-on-topic.ts'
import { startJavaClient } from '../testing/java-client/java-client.ts'
import { createLogReader, readLog } from './log-reader.ts'

const java = await startJavaClient(inject('kafkaBrokers'), afterAll)

async function readerOf() {
  const { topic, kafka, send, admin } = await setup()
  const producer = await java.createProducer({ transactionalId: topic })
  onTestFinished(() => producer.close())
  const reader = createLogReader(kafka)
  onTestFinished(reader.close)
  const place = { topic, partition: 0, offset: 0n }
  return {
    place,
    reader,
    producer,
    send: (value: string) => send([{ value }]),
    aborted: async (count = 1) => {
      await producer.begin()
      await producer.send(topic, [{ value: 'aborted', count }])
      await producer.abort()
    },
    open: async () => {
      await producer.begin()
      await producer.send(topic, [{ value: 'open', timestamp: Date.UTC(2026, 0, 2) }])
    },
    end: async () => BigInt((await admin.fetchTopicOffsets(topic))[0]?.high ?? 0),
    read: async (end?: bigint, patienceMs?: number) => {
      const values: string[] = []
      for await (const { value } of readLog(reader, place, end, patienceMs)) values.push(String(value))
      return values
    },
  }
}

test('a partition of aborted records and markers only is read to its end', async () => {
  const { aborted, read, end } = await readerOf()
  await aborted()
  await aborted(3)
  await expect.poll(end).toBe(6n)
  expect(await read(6n)).toEqual([])
  expect(await read()).toEqual([])
})

test('a partition that ends in aborted records is read to its end, also where that lies between them', async () => {
  const { send, aborted, read } = await readerOf()
  await send('kept')
  await aborted(3)
  for (const end of [1n, 2n, 4n, 5n]) expect(await read(end)).toEqual(['kept'])
})

test('an open transaction before the end is named with its place and its beginning when the patience is over', async () => {
  const { place, send, open, read, reader, producer } = await readerOf()
  await send('before')
  await open()
  await send('behind')
  await expect(read(3n, 300)).rejects.toThrow(
    `${place.topic}, partition 0: a transaction is open at offset 1, since 2026-01-02T00:00:00.000Z`,
  )
  // Without an end, what can be read is read.
  expect(await read()).toEqual(['before'])
  expect(await reader.fetch({ ...place, offset: 1n })).toMatchObject({
    isEnd: true,
    openTransaction: { offset: 1n, since: '2026-01-02T00:00:00.000Z' },
  })
  await producer.abort()
})

test('an open transaction that ends in time is waited for', async () => {
  const { send, open, read, producer } = await readerOf()
  await open()
  await send('behind')
  const reading = read(2n)
  await producer.commit()
  expect(await reading).toEqual(['open', 'behind'])
})
