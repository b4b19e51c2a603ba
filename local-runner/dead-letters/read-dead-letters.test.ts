import kafkajs, { type Admin, type KafkaMessage } from 'kafkajs'
import { expect, test } from 'vitest'
import { UnreadableRecordsError } from '../kafka/kafkajs/unreadable-batches.ts'
import type { Place } from '../kafka/log-reader.ts'
import { keepSkipped } from './keep-skipped.ts'
import { loadLetters, whyMissing } from './load-letters.ts'
import { type Due } from './plan-redrive.ts'
import { readDeadLetters, type ReadDeps } from './read-dead-letters.ts'

const COUNT = 40

const document = JSON.stringify({
  requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 1 },
  timestamp: '',
  payload: { records: { 't-0': [{ partition: 0, offset: 1 }] } },
})

const messageAt = (offset: bigint): KafkaMessage => ({
  key: null,
  value: Buffer.from(document),
  offset: `${offset}`,
  timestamp: '0',
  attributes: 0,
  headers: {},
})

/** Two partitions, each of COUNT records, ten to a fetch. */
function setup({ failAt, error, low = 0n }: { failAt?: bigint; error?: Error; low?: bigint } = {}) {
  const fetches: string[] = []
  const deps: ReadDeps = {
    admin: {
      fetchTopicOffsets: async () =>
        [1, 0].map((partition) => ({ partition, low: `${low}`, high: `${COUNT}`, offset: `${COUNT}` })),
    },
    reader: {
      fetch: async ({ partition, offset }: Place) => {
        fetches.push(`${partition}@${offset}`)
        if (error && partition === 0 && offset === failAt) throw error
        const nextOffset = offset + 10n
        const messages = Array.from({ length: 10 }, (_, index) => messageAt(offset + BigInt(index)))
        return { messages, nextOffset, isEnd: nextOffset >= COUNT }
      },
    },
  }
  return { deps, fetches }
}

async function idsOf(found: ReturnType<typeof readDeadLetters>) {
  const ids: string[] = []
  for await (const { id } of found) ids.push(id)
  return ids
}

test('a topic is read as far as somebody wants it, from any place', async () => {
  const { deps, fetches } = setup()
  for await (const { id } of readDeadLetters('t.s.dlq', deps)) {
    expect(id).toBe('0@0')
    break
  }
  expect(fetches).toEqual(['0@0'])
  const behind = await idsOf(readDeadLetters('t.s.dlq', deps, { partition: 0, offset: 29n }))
  expect(behind).toHaveLength(10 + COUNT)
  expect(behind.slice(0, 2)).toEqual(['0@30', '0@31'])
})

test('what no reader can read is named where it begins, and the other partitions are read', async () => {
  const error = new UnreadableRecordsError('no such codec', 12n)
  const { deps } = setup({ failAt: 10n, error })
  const found: unknown[] = []
  for await (const one of readDeadLetters('t.s.dlq', deps)) found.push(one)
  expect(found).toHaveLength(11 + COUNT)
  expect(found[10]).toMatchObject({
    id: '0@10',
    problem: expect.stringContaining('no such codec') as unknown,
    digest: undefined,
  })
})

const troubles: readonly Error[] = [
  new kafkajs.KafkaJSConnectionError('gone'),
  new kafkajs.KafkaJSNumberOfRetriesExceeded(new Error('refused'), { retryCount: 5, retryTime: 1 }),
  new kafkajs.KafkaJSNonRetriableError('not authorized'),
  new Error('t-0 does not exist or has no leader'),
]

test.each(troubles)('what the broker does is no property of the records: %s', async (error) => {
  const { deps } = setup({ failAt: 10n, error })
  await expect(idsOf(readDeadLetters('t.s.dlq', deps))).rejects.toBe(error)
  const skipped = { topic: 't', partition: 0, offset: 10n, service: 's', group: 'g' }
  const nothingWritten = { ...deps, kafka: new kafkajs.Kafka({ brokers: [] }), admin: deps.admin as Admin }
  await expect(keepSkipped(skipped, nothingWritten, new Set(['t.s.dlq']))).rejects.toBe(error)
})

test('a letter that was planned and is not loaded waits still, unless the log begins behind it', async () => {
  const { deps } = setup({ low: 5n })
  expect(await whyMissing('t.s.dlq', ['0@4', '1@5', '2@7'], deps)).toEqual([
    { id: '0@4', why: 'was deleted meanwhile', isWaiting: false },
    { id: '1@5', why: 'could not be read again: run the command again', isWaiting: true },
    { id: '2@7', why: 'could not be read again: run the command again', isWaiting: true },
  ])
})

test('letters to redrive are loaded in the order of the plan, and no more at once than the limit', async () => {
  const { deps, fetches } = setup()
  const due: Due[] = Array.from({ length: COUNT }, (_, index) => ({
    id: `1@${COUNT - 1 - index}`,
    topic: 't',
    partition: 0,
    offset: 0n,
    bytes: 1000,
  }))
  const loaded: string[] = []
  for await (const { id } of loadLetters('t.s.dlq', due, deps, 25_000)) loaded.push(id)
  expect(loaded).toEqual(due.map(({ id }) => id))
  // The first 25 by a pass over both partitions, the other 15 one by one.
  expect(fetches).toHaveLength(8 + 15)
})
