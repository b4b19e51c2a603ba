import { setImmediate } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { createDispatcher, type DispatcherDeps } from './dispatcher.ts'
import { createLane } from './lane.ts'
import { recordAt } from './testing/record-at.ts'

function setup(more: Partial<DispatcherDeps>) {
  const lane = createLane(0, 0)
  lane.buffer.push(recordAt(0, 0n))
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

/** Four partitions; each batch stays in flight until its `end` is called. */
function inFlight() {
  let elapsedMs = 0
  const lanes = new Map([0, 1, 2, 3].map((partition) => [partition, createLane(partition, 0)]))
  const batches: {
    readonly partitions: readonly number[]
    readonly delay: (partitions: readonly number[]) => void
    readonly end: () => void
  }[] = []
  const { dispatcher } = setup({
    lanes: () => lanes,
    limits: { batchSize: 3, windowMs: 0, maxPayloadBytes: 1000, emptyBytes: 2, partitionBytes: () => 2 },
    maxConcurrency: () => 5,
    runBatch: ({ entries }, { onDelayed }) => {
      const { promise, resolve } = Promise.withResolvers<{ lastInvocationEndedMs: undefined }>()
      batches.push({
        partitions: entries.map(({ lane }) => lane.partition),
        delay: (rest) => onDelayed(entries.filter(({ lane }) => rest.includes(lane.partition))),
        end: () => resolve({ lastInvocationEndedMs: undefined }),
      })
      return promise
    },
    elapsedMs: () => elapsedMs,
  })
  onTestFinished(async () => {
    for (const { end } of batches) end()
    await dispatcher.close()
  })
  return {
    arrive: (...partitions: number[]) => {
      for (const partition of partitions) lanes.get(partition)?.buffer.push(recordAt(partition, 0n))
      dispatcher.wake()
    },
    pass: (ms: number) => void (elapsedMs += ms),
    wake: dispatcher.wake,
    end: async (batch: number) => {
      batches[batch]?.end()
      await setImmediate()
    },
    delay: (batch: number, rest: readonly number[]) => batches[batch]?.delay(rest),
    batches: () => batches.map(({ partitions }) => partitions),
  }
}

test('[2.3] what arrives while a batch is in flight goes together in the next one', async () => {
  const { arrive, batches, end } = inFlight()
  arrive(0)
  arrive(1)
  arrive(2)
  expect(batches()).toEqual([[0]])
  await end(0)
  expect(batches()).toEqual([[0], [1, 2]])
})

test('[2.3] a full batch starts beside those in flight', () => {
  const { arrive, batches } = inFlight()
  arrive(0)
  arrive(1, 2, 3)
  expect(batches()).toEqual([[0], [1, 2, 3]])
})

test('[2.3] a batch that is retried holds up what is left of it and nothing else', async () => {
  const { arrive, batches, delay, end } = inFlight()
  arrive(0, 1)
  arrive(1)
  arrive(2)
  delay(0, [0])
  arrive(0, 3)
  expect(batches()).toEqual([
    [0, 1],
    [1, 2],
  ])
  await end(1)
  expect(batches()[2]).toEqual([3])
  await end(0)
  await end(2)
  expect(batches()[3]).toEqual([0])
})

test('[2.3] a slow batch holds up its own partitions only, and others without an arrival', async () => {
  const { arrive, batches, pass } = inFlight()
  arrive(0)
  arrive(0, 1)
  pass(100)
  await expect.poll(batches).toEqual([[0], [1]])
})
