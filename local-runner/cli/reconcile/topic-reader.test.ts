import { KafkaJSConnectionError, KafkaJSNonRetriableError } from 'kafkajs'
import { expect, test } from 'vitest'
import { createPatientReader } from './topic-reader.ts'

const place = { topic: 'order-topic', partition: 0, offset: 5n }
const fetched = { messages: [], nextOffset: 6n, isEnd: true }

/** A reader whose fetches fail with these errors, one after the other; then they succeed. */
function failing(...errors: readonly Error[]) {
  const left = [...errors]
  const pauses: number[] = []
  let isWanted = true
  const reader = createPatientReader(
    {
      fetch: async () => {
        const error = left.shift()
        if (error) throw error
        return fetched
      },
    },
    { isWanted: () => isWanted, pause: async (ms) => void pauses.push(ms) },
  )
  return { reader, pauses, end: () => void (isWanted = false) }
}

const away = new KafkaJSConnectionError('connect ECONNREFUSED')

test('a broker that is away for a while is asked again, after pauses that grow', async () => {
  const { reader, pauses } = failing(away, away, new Error('order-topic-0 has no leader'))
  expect(await reader.fetch(place)).toBe(fetched)
  expect(pauses).toEqual([100, 200, 400])
})

test('one that stays away is reported after half a minute', async () => {
  const { reader, pauses } = failing(...Array.from({ length: 100 }, () => away))
  await expect(reader.fetch(place)).rejects.toBe(away)
  const waitedMs = pauses.reduce((sum, ms) => sum + ms, 0)
  expect(waitedMs).toBeGreaterThanOrEqual(30_000)
  expect(waitedMs).toBeLessThan(35_000)
})

test('what no retry can help is reported at once', async () => {
  const refused = new KafkaJSNonRetriableError('not authorized')
  const { reader, pauses } = failing(refused)
  await expect(reader.fetch(place)).rejects.toBe(refused)
  expect(pauses).toEqual([])
})

test('a partition is not read on once another one has failed', async () => {
  const { reader, end } = failing()
  end()
  await expect(reader.fetch(place)).rejects.toThrow('another partition could not be read')
})
