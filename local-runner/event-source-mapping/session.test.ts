import type { Kafka } from 'kafkajs'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { MappingDetail } from '../journal/mapping-events.ts'
import { createAssignment } from './assignment.ts'
import { kafkaTrigger } from './parameters.ts'
import { createSession } from './session.ts'

/** kafkajs as far as a session uses it: it connects, and after that gives no sign of life. */
const silent = {
  admin: () => ({
    connect: async () => undefined,
    disconnect: async () => undefined,
    fetchTopicOffsets: () => Promise.reject(new Error('no broker')),
  }),
  consumer: () => ({
    events: {},
    on: () => undefined,
    connect: async () => undefined,
    subscribe: async () => undefined,
    run: async () => undefined,
    disconnect: async () => undefined,
  }),
} as unknown as Kafka

function setup() {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const events: MappingDetail[] = []
  const assignment = createAssignment(() => performance.now())
  const session = createSession({
    kafka: silent,
    trigger: kafkaTrigger.parse({ topics: ['orders'], consumerGroupId: 'g', startingPosition: 'LATEST' }),
    topic: 't',
    assignment,
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
    record: (event) => void events.push(event),
    elapsedMs: () => performance.now(),
  })
  return { session, assignment, events }
}

test('a consumer that gives no sign of life for a minute counts as crashed, so that another takes its place', async () => {
  const { session } = setup()
  let reason: Error | undefined
  void session.crashed.then((error) => (reason = error))
  await session.start()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(reason).toBeUndefined()
  await vi.advanceTimersByTimeAsync(5000)
  expect(reason?.message).toMatch(/no sign of life for 65000 ms/)
  await session.stop()
})

test('when the end of a paused partition cannot be read, the session records that the lag is not known', async () => {
  const { session, assignment, events } = setup()
  const { added } = assignment.assign([0], 'member')
  for (const lane of added) lane.paused = true
  await session.start()
  await vi.advanceTimersByTimeAsync(5000)
  expect(events).toEqual([{ name: 'lag.unknown', reason: 'Error: no broker' }])
  await session.stop()
})
