import { expect, test } from 'vitest'
import { orderShard } from '../../../shared/orders/keys.ts'
import { recordingLog } from '../../../shared/testing/recording-log.ts'
import { sweepIntents, type SweepIntentsDeps } from './sweep-intents.ts'

/** Rejected orders of one shard whose stock is to be released. `broken` ones cannot be looked up. */
function setup(count: number, broken: readonly string[] = []) {
  const orderIds: string[] = []
  for (let index = 0; orderIds.length < count; index++) {
    const orderId = `ord_${index}`
    if (orderShard(orderId) === '0') orderIds.push(orderId)
  }
  const due = new Set([...broken, ...orderIds])
  const { log, entries } = recordingLog()
  const unused = () => Promise.reject(new Error('not used'))
  const deps: SweepIntentsDeps = {
    intents: {
      due: async (shard, limit) => (shard === '0' ? [...due].slice(0, limit) : []),
      abort: unused,
      finish: async (orderId) => void due.delete(orderId),
    },
    orders: {
      find: async (orderId) => {
        if (broken.includes(orderId)) throw new Error('broken')
        const placedAt = '2026-11-24T15:00:00.000Z'
        const priced = { customerId: 'c', email: 'c@example.test', lines: [], currency: 'EUR', totalMinor: 0 }
        return { order: { orderId, status: 'REJECTED', placedAt, ...priced }, version: 0, attempt: 1 }
      },
    },
    holds: { release: unused },
    metrics: { count: () => undefined, max: () => undefined, flush: () => undefined },
    log,
  }
  return { deps, due, entries }
}

test('sweeps a backlog of one shard in one run, however long', async () => {
  const { deps, due } = setup(250)
  expect(await sweepIntents(deps, () => true)).toBe(250)
  expect(due.size).toBe(0)
})

test('tries an intent that cannot be swept once for each run', async () => {
  const { deps, due, entries } = setup(30, ['ord_x'])
  expect(await sweepIntents(deps, () => true)).toBe(30)
  expect([...due]).toEqual(['ord_x'])
  expect(entries).toHaveLength(1)
})

test('stops when the time is up', async () => {
  const { deps, due } = setup(250)
  let looks = 0
  await sweepIntents(deps, () => ++looks < 4)
  expect(due.size).toBeGreaterThan(0)
  expect(due.size).toBeLessThan(250)
})
