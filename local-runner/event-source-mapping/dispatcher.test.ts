import { expect, test } from 'vitest'
import { createDispatcher, type DispatcherDeps } from './dispatcher.ts'
import { createLane } from './lane.ts'

function setup(more: Partial<DispatcherDeps>) {
  const lane = createLane(0, 0)
  lane.buffer.push({
    partition: 0,
    offset: 0n,
    timestamp: '0',
    timestampMs: 0,
    key: null,
    json: '{}',
    jsonBytes: 2,
    rejection: undefined,
  })
  const dispatcher = createDispatcher({
    lanes: () => new Map([[0, lane]]),
    isSettled: () => true,
    limits: { batchSize: 1, windowMs: 500, maxPayloadBytes: 100, emptyBytes: 2, partitionBytes: () => 2 },
    maxConcurrency: () => 1,
    isProvisioned: true,
    runBatch: async () => ({ lastInvocationEndedMs: undefined }),
    onTaken: () => undefined,
    onSettled: () => undefined,
    record: () => undefined,
    now: () => 0,
    elapsedMs: () => 0,
    ...more,
  })
  return { lane, dispatcher }
}

test.for([
  ['provisioned: when the batch is completed', true, 900],
  ['on demand: when its last invocation is', false, 400],
] as const)('[2.3] [6.7] the next window begins, %s', async ([, isProvisioned, expectedMs]) => {
  let elapsedMs = 0
  const { lane, dispatcher } = setup({
    isProvisioned,
    // The function ended at 400, then the batch was written to the destination until 900.
    runBatch: async () => {
      elapsedMs = 900
      return { lastInvocationEndedMs: 400 }
    },
    elapsedMs: () => elapsedMs,
  })
  dispatcher.wake()
  await dispatcher.close()
  expect(lane.windowStartMs).toBe(expectedMs)
})

test('no batch begins while the group assigns its partitions anew', async () => {
  let isSettled = false
  let batches = 0
  const { dispatcher } = setup({
    isSettled: () => isSettled,
    runBatch: async () => {
      batches += 1
      return { lastInvocationEndedMs: undefined }
    },
  })
  dispatcher.wake()
  expect(batches).toBe(0)
  isSettled = true
  dispatcher.wake()
  await dispatcher.close()
  expect(batches).toBe(1)
})
