import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRedis, type RedisConnection } from '../shared/redis/connection.ts'
import { createExecutor } from './model/executor.ts'
import { explore, type Scenario } from './model/explore.ts'
import { follow } from './model/follow.ts'
import { violationsNow } from './model/invariants.ts'
import { forgeries, fullScenario, lastUnit, plenty, redelivery, twoSweepers } from './model/scenarios.ts'
import { startTestStack, type TestStack } from './testing/test-stack.ts'

let stack: TestStack
let redis: RedisConnection

beforeAll(async () => {
  stack = await startTestStack('4.3.1')
  redis = createRedis(stack.redisUrl)
})
afterAll(async () => {
  redis.close()
  await stack.stop()
})

const asWritten = (lua: string) => lua
/** The scripts without one of their guards. */
const without = (guard: string, instead = '') => {
  let found = false
  return {
    toLua: (lua: string) => {
      found ||= lua.includes(guard)
      return lua.replace(guard, instead)
    },
    wasFound: () => found,
  }
}

test.each<[string, Scenario, number]>([
  ['two requests, sweeper, cancellation and consumers', fullScenario, 100_000],
  ['two requests and two sweepers', twoSweepers, 100_000],
  ['records that come twice', redelivery, 10_000],
  ['two orders for the last unit', lastUnit, 10_000],
  ['an order and forged events', forgeries, 1000],
])('every interleaving of %s keeps every promise, whoever dies', async (_what, scenario, atLeast) => {
  const { worlds, violation } = await explore(scenario, createExecutor(redis, asWritten))
  expect(violation).toBeUndefined()
  expect(worlds).toBeGreaterThan(atLeast)
})

const FENCE = "if currentAttempt ~= attempt then return 'FENCED' end"

// Not among them, as without it no promise is broken, only an order refused that might have been accepted: the fence of
// fail and its lease. `orders.contract.test.ts` and `intents.contract.test.ts` test those.
test.each<[string, string, string, Scenario]>([
  ['the fence of accept', `${FENCE}\nif state == 'ACCEPTED'`, "if state == 'ACCEPTED'", fullScenario],
  ['the attempt in release', "if entryAttempt > attempt then return 'STALE' end", '', fullScenario],
  [
    'the attempt in intent-done',
    ' or currentAttempt ~= attempt then return 0',
    ' then return 0',
    twoSweepers,
  ],
  [
    'the tombstone in release',
    "writeEntry(ledgerKey, orderId, 'X', quantity, attempt)\n  return 'TOMBSTONE'",
    "return 'TOMBSTONE'",
    fullScenario,
  ],
  [
    'the tombstone in reserve',
    "if letter == 'Z' or letter == 'X' and entryAttempt >= attempt then return { 'REFUSED' } end",
    '',
    fullScenario,
  ],
  [
    'the takeover of a hold',
    "if letter == 'R' and attempt > entryAttempt then",
    'if false then',
    fullScenario,
  ],
  [
    'the higher attempt of a takeover',
    'local attempt = tonumber(currentAttempt) + 1',
    'local attempt = tonumber(currentAttempt)',
    fullScenario,
  ],
  [
    'the intent that stays until stock is released',
    "redis.call('ZADD', intentsKey, now, orderId)\nreturn 'OK'",
    "redis.call('ZREM', intentsKey, orderId)\nreturn 'OK'",
    fullScenario,
  ],
  ['the states in move', 'local isAllowed = false', 'local isAllowed = true', fullScenario],
  [
    'the watch in accept',
    "redis.call('ZADD', watchListKey, now + watchMs, orderId)\nredis.call('ZREM'",
    "redis.call('ZREM'",
    fullScenario,
  ],
  ['the event in accept', "redis.call('HSET', eventsKey, 1, event)", '', fullScenario],
  ['the check of what is free', 'if available < quantity then', 'if false then', lastUnit],
  ['the repeat in reserve', "  return { 'ALREADY' }\n", '', plenty],
  [
    'the repeat in deduct',
    "if letter == 'D' then return 'ALREADY' end\n  if letter ~= 'R' then return 'REFUSED' end",
    '',
    redelivery,
  ],
  [
    'the repeat in restock',
    "writeEntry(ledgerKey, orderId, 'Z'",
    "writeEntry(ledgerKey, orderId, 'D'",
    redelivery,
  ],
])('without %s a promise is broken', async (_guard, guard, instead, scenario) => {
  const { toLua, wasFound } = without(guard, instead)
  const { violation } = await explore(scenario, createExecutor(redis, toLua))
  expect(wasFound()).toBe(true)
  expect(violation).toBeDefined()
})

const [first, repeated, sweeper] = ['first request', 'repeated request', 'sweeper']
const abortReopenHalf = [
  ...Array<string>(5).fill(first), // looks two SKUs up, begins, holds both
  'lease ends',
  ...Array<string>(5).fill(sweeper), // reads, aborts, releases both, forgets the intent
  ...Array<string>(4).fill(repeated), // looks up, begins again, holds one
  first, // accepts, late
]

test('a late accept after abort, re-opening and half a reservation is fenced', async () => {
  const keys = await follow(fullScenario, createExecutor(redis, asWritten), abortReopenHalf)
  expect(violationsNow(fullScenario, keys)).toEqual([])
  const { toLua } = without(`${FENCE}\nif state == 'ACCEPTED'`, "if state == 'ACCEPTED'")
  const unfenced = await follow(fullScenario, createExecutor(redis, toLua), abortReopenHalf)
  expect(violationsNow(fullScenario, unfenced)).toEqual(['I4 o-1 is ACCEPTED, but its lines are RX'])
})
