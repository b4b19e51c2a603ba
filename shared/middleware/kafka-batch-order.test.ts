import { setImmediate } from 'node:timers/promises'
import type { MSKRecord } from 'aws-lambda'
import { describe, expect, test } from 'vitest'
import { AppError } from '../errors.ts'
import { testContext } from '../testing/context.ts'
import { mskEvent, type TestRecord } from '../testing/msk-event.ts'
import { recordingLog } from '../testing/recording-log.ts'
import { kafkaBatch, MAX_AT_ONCE } from './kafka-batch.ts'

type Given = Omit<TestRecord, 'topic' | 'offset'>

/** A handler that is told for each offset when to end, and how. */
function setup() {
  const ends = new Map<number, PromiseWithResolvers<void>>()
  const begun: number[] = []
  const dead: number[] = []
  const { log, entries } = recordingLog()
  const handler = kafkaBatch({
    service: 'stock',
    log,
    handle: ({ offset }) => {
      begun.push(offset)
      const end = Promise.withResolvers<void>()
      ends.set(offset, end)
      return end.promise
    },
    deadLetter: async ({ offset }) => void dead.push(offset),
  })
  const feed = async (...records: readonly Given[]) => {
    const answer = handler(
      mskEvent(records.map((record, offset) => ({ topic: 't', offset, ...record }))),
      testContext(),
    )
    await setImmediate()
    return { answer }
  }
  const end = async (offset: number, error?: Error) => {
    if (error) ends.get(offset)?.reject(error)
    else ends.get(offset)?.resolve()
    await setImmediate()
  }
  return { feed, begun, end, dead, entries }
}

const away = new Error('away')
const reported = (...offsets: readonly number[]) => ({
  batchItemFailures: offsets.map((offset) => ({ itemIdentifier: { partition: 't-0', offset } })),
})

test('begins the records of all keys at once, and the next of a key when the one before has ended', async () => {
  const { feed, begun, end } = setup()
  const { answer } = await feed({ key: 'a' }, { key: 'b' }, { key: 'a' }, { key: 'c', partition: 1 })
  expect(begun.toSorted()).toEqual([0, 1, 3])
  await end(0)
  expect(begun).toContain(2)
  for (const offset of [1, 2, 3]) await end(offset)
  expect(await answer).toEqual({ batchItemFailures: [] })
})

test('a failed record stops its own key only, and the answer has all of the partition from it on', async () => {
  const { feed, begun, end } = setup()
  const { answer } = await feed({ key: 'a' }, { key: 'b' }, { key: 'b' }, { key: 'a' }, { key: 'c' })
  await end(1, away)
  for (const offset of [0, 3, 4]) await end(offset)
  expect(begun.toSorted()).toEqual([0, 1, 3, 4])
  expect(await answer).toEqual(reported(1, 2, 3, 4))
})

test('the first failure of a partition counts, not the first in time', async () => {
  const { feed, end } = setup()
  const { answer } = await feed({ key: 'a' }, { key: 'b' }, { key: 'c' })
  await end(2, away)
  await end(1, away)
  await end(0)
  expect(await answer).toEqual(reported(1, 2))
})

test('a failed partition is one line of log, of its first failure: an outage fails every key of every batch', async () => {
  const { feed, end, entries } = setup()
  const { answer } = await feed({ key: 'a' }, { key: 'b' }, { key: 'c' })
  await end(2, new Error('later'))
  await end(1, away)
  await end(0)
  await answer
  expect(entries).toEqual([
    {
      level: 'error',
      message: 'record failed',
      fields: { topic: 't', partition: 0, offset: 1, failed: 2, error: away },
    },
  ])
})

test('a record that no retry can help, behind a failure, is no dead letter yet: it comes again with each retry', async () => {
  const { feed, end, dead } = setup()
  const invalid = new AppError('invalid', 'event_invalid', 'never readable')
  const { answer } = await feed({ key: 'a' }, { key: 'b' }, { key: 'c' }, { key: 'c' }, { partition: 1 })
  for (const offset of [0, 2, 4]) await end(offset, invalid)
  await end(3)
  await end(1, away)
  expect(await answer).toEqual(reported(1, 2, 3))
  expect(dead).toEqual([0, 4])
})

test('records without a key keep the order of their partition, and hold up no key', async () => {
  const { feed, begun, end } = setup()
  const { answer } = await feed({}, { key: 'a' }, {}, { partition: 1 }, { key: '' })
  expect(begun.toSorted()).toEqual([0, 1, 3, 4])
  for (const offset of [1, 3, 4]) await end(offset)
  await end(0, away)
  expect(begun).not.toContain(2)
  expect(await answer).toEqual(reported(0, 1, 2, 4))
})

test('the same key in two partitions is two orders of records', async () => {
  const { feed, begun, end } = setup()
  const { answer } = await feed({ key: 'a' }, { key: 'a', partition: 1 })
  expect(begun).toHaveLength(2)
  for (const offset of begun) await end(offset)
  await answer
})

test('begins no more keys at once than its limit', async () => {
  const { feed, begun, end } = setup()
  const { answer } = await feed(
    ...Array.from({ length: MAX_AT_ONCE + 2 }, (_, index) => ({ key: `k${index}` })),
  )
  expect(begun).toHaveLength(MAX_AT_ONCE)
  await end(7)
  expect(begun).toHaveLength(MAX_AT_ONCE + 1)
  for (const offset of begun) await end(offset)
  expect(await answer).toEqual({ batchItemFailures: [] })
})

describe('as a plain loop over each key does it', () => {
  interface Case extends TestRecord {
    readonly partition: number
    readonly offset: number
    readonly fate: 'done' | 'dead' | 'failed'
  }

  /** The same numbers for the same seed. */
  function numbers(seed: number) {
    let state = seed
    return (below: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return Math.floor((state / 2 ** 32) * below)
    }
  }

  function makeCases(below: (n: number) => number): readonly Case[] {
    const next = [0, 0, 0]
    return Array.from({ length: below(60) }, () => {
      const partition = below(3)
      const offset = next[partition] ?? 0
      // Compaction leaves gaps.
      next[partition] = offset + 1 + below(2)
      const key = [null, '', 'a', 'b', 'c', 'd'][below(6)] ?? null
      const fate = (['done', 'done', 'done', 'done', 'dead', 'failed'] as const)[below(6)] ?? 'done'
      return { topic: 't', partition, offset, key, fate }
    })
  }

  const nameOf = ({ partition, offset }: Pick<Case, 'partition' | 'offset'>) => `${partition}:${offset}`
  const laneOf = ({ partition, key }: Case) => `${partition} ${JSON.stringify(key)}`

  function reference(cases: readonly Case[]) {
    const stopped = new Set<string>()
    const handled = new Map<string, string[]>()
    for (const one of cases) {
      const lane = laneOf(one)
      if (stopped.has(lane)) continue
      handled.set(lane, [...(handled.get(lane) ?? []), nameOf(one)])
      if (one.fate === 'failed') stopped.add(lane)
    }
    const answer = cases.filter((one) =>
      cases.some(
        (other) =>
          other.partition === one.partition &&
          other.offset <= one.offset &&
          other.fate === 'failed' &&
          handled.get(laneOf(other))?.includes(nameOf(other)),
      ),
    )
    const retried = new Set(answer.map(nameOf))
    const dead = cases.filter((one) => one.fate === 'dead').map(nameOf)
    return { handled, retried, dead: new Set(dead.filter((name) => !retried.has(name))) }
  }

  test.each(Array.from({ length: 200 }, (_, seed) => seed + 1))('seed %d', async (seed) => {
    const below = numbers(seed)
    const cases = makeCases(below)
    const fates = new Map(cases.map((one) => [nameOf(one), one]))
    const handled = new Map<string, string[]>()
    const underWay = new Set<string>()
    const handle = async (record: MSKRecord) => {
      const one = fates.get(nameOf(record))
      if (!one) throw new Error('an unknown record')
      const lane = laneOf(one)
      if (underWay.has(lane)) throw new Error(`two records of ${lane} at once`)
      underWay.add(lane)
      handled.set(lane, [...(handled.get(lane) ?? []), nameOf(record)])
      for (let turns = below(4); turns > 0; turns--) await setImmediate()
      underWay.delete(lane)
      if (one.fate === 'dead') throw new AppError('invalid', 'event_invalid', 'never readable')
      if (one.fate === 'failed') throw away
    }
    const dead: string[] = []
    const handler = kafkaBatch({
      service: 'stock',
      log: recordingLog().log,
      handle,
      deadLetter: async (record) => void dead.push(nameOf(record)),
    })
    const { batchItemFailures } = await handler(mskEvent(cases), testContext())
    const expected = reference(cases)
    expect(handled).toEqual(expected.handled)
    const names = batchItemFailures.map(({ itemIdentifier: { partition, offset } }) =>
      nameOf({ partition: Number(partition.slice(2)), offset }),
    )
    expect(names).toHaveLength(expected.retried.size)
    expect(new Set(names)).toEqual(expected.retried)
    expect(dead).toHaveLength(expected.dead.size)
    expect(new Set(dead)).toEqual(expected.dead)
  })
})
