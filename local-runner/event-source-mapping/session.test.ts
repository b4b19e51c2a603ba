import type { Kafka } from 'kafkajs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createAssignment } from './assignment.ts'
import { kafkaTrigger } from './parameters.ts'
import { createSession } from './session.ts'

/** kafkajs as far as a session uses it: it connects, and never says another word. */
const silent = {
  admin: () => ({ connect: async () => undefined, disconnect: async () => undefined }),
  consumer: () => ({
    events: {},
    on: () => undefined,
    connect: async () => undefined,
    subscribe: async () => undefined,
    run: async () => undefined,
    disconnect: async () => undefined,
  }),
} as unknown as Kafka

test('a consumer that gives no sign of life for a minute counts as crashed, so that another takes its place', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const session = createSession({
    kafka: silent,
    trigger: kafkaTrigger.parse({ topics: ['orders'], consumerGroupId: 'g', startingPosition: 'LATEST' }),
    topic: 't',
    assignment: createAssignment(Date.now),
    intake: {
      passes: () => true,
      toRecord: () => {
        throw new Error('no record comes')
      },
      onBuffered: () => undefined,
      onFetched: () => undefined,
    },
    sessionTimeoutMs: 10_000,
    metadataMaxAgeMs: 60_000,
    retryDelayMs: () => 0,
    onSettled: () => undefined,
    record: () => undefined,
    now: Date.now,
  })
  let reason: Error | undefined
  void session.crashed.then((error) => (reason = error))
  await session.start()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(reason).toBeUndefined()
  await vi.advanceTimersByTimeAsync(5000)
  expect(reason?.message).toMatch(/no sign of life for 65000 ms/)
  await session.stop()
})
