import { expect, test } from 'vitest'
import { createDispatcher } from './dispatcher.ts'
import { createLane, type Lane, setFailure } from './lane.ts'
import { kafkaTrigger } from './parameters.ts'
import { positionLanes } from './position-lanes.ts'
import { recordAt } from './testing/record-at.ts'

const failure = { kind: 'function', retries: 1, invocations: 1, reason: 'no' } as const

function laneAt(offset: bigint): Lane {
  const lane = createLane(0, 0)
  lane.inFlight = [recordAt(0, offset)]
  return lane
}

test('a failure is as old as the first one of its record and kind', () => {
  const lane = laneAt(7n)
  setFailure(lane, failure)
  const since = lane.lastFailure?.sinceMs ?? Number.NaN
  lane.lastFailure = { ...failure, offset: 7n, sinceMs: since - 5000 }
  setFailure(lane, { ...failure, retries: 2 })
  expect(lane.lastFailure).toMatchObject({ offset: 7n, retries: 2, sinceMs: since - 5000 })
  setFailure(lane, { ...failure, kind: 'destination' })
  expect(lane.lastFailure.sinceMs).toBeGreaterThanOrEqual(since)
  lane.lastFailure = { ...lane.lastFailure, sinceMs: since - 5000 }
  lane.inFlight = [recordAt(0, 8n)]
  setFailure(lane, { ...failure, kind: 'destination' })
  expect(lane.lastFailure).toMatchObject({ offset: 8n })
  expect(lane.lastFailure.sinceMs).toBeGreaterThanOrEqual(since)
})

test('a reason is cut, however long the function made it', () => {
  const lane = laneAt(0n)
  setFailure(lane, { ...failure, reason: 'x'.repeat(100_000) })
  expect(lane.lastFailure?.reason).toHaveLength(1000)
})

test('a defect of the runner shows on the partitions that it blocks', async () => {
  const lane = createLane(0, 0)
  lane.buffer.push(recordAt(0, 3n))
  const dispatcher = createDispatcher({
    lanes: () => new Map([[0, lane]]),
    isSettled: () => true,
    limits: { batchSize: 1, windowMs: 500, maxPayloadBytes: 100, emptyBytes: 2, partitionBytes: () => 2 },
    maxConcurrency: () => 1,
    isProvisioned: true,
    runBatch: () => Promise.reject(new Error('unforeseen')),
    onTaken: () => undefined,
    onSettled: () => undefined,
    record: () => undefined,
    now: () => 0,
    elapsedMs: () => 0,
  })
  dispatcher.wake()
  await dispatcher.close()
  expect(lane.lastFailure).toMatchObject({
    kind: 'runner',
    offset: 3n,
    reason: expect.stringContaining('unforeseen') as unknown,
  })
})

test('a group whose offsets cannot be read shows on its partitions, until they can', async () => {
  const lane = createLane(0, 0)
  const shown: (string | undefined)[] = []
  let failuresLeft = 2
  await positionLanes([lane], {
    admin: {
      fetchOffsets: async () => {
        if (failuresLeft-- > 0) throw new Error('not authorized')
        return []
      },
      fetchTopicOffsets: async () => [],
      fetchTopicOffsetsByTimestamp: async () => [],
    },
    trigger: kafkaTrigger.parse({ topics: ['orders'], consumerGroupId: 'stock', startingPosition: 'LATEST' }),
    member: { seek: () => undefined },
    isInLog: async () => false,
    retryDelayMs: () => {
      shown.push(lane.lastFailure?.reason)
      return 0
    },
    onPositioned: () => undefined,
    record: () => undefined,
  })
  expect(shown).toEqual(['Error: not authorized', 'Error: not authorized'])
  expect(lane.lastFailure).toBeUndefined()
})
