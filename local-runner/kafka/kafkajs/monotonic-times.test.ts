import { expect, onTestFinished, test, vi } from 'vitest'
import { loadInternal } from './internals.ts'
import { repairTimes } from './monotonic-times.ts'

repairTimes()

const logger = { namespace: () => logger, debug: () => undefined, info: () => undefined }

function setup() {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
}
const stepClock = (ms: number) => vi.setSystemTime(Date.now() + ms)

/** A member that counts its heartbeats. */
function createMember() {
  const ConsumerGroup = loadInternal('consumer/consumerGroup') as new (options: object) => object
  let heartbeats = 0
  const group = new ConsumerGroup({ logger, instrumentationEmitter: { emit: () => undefined }, retry: {} })
  const member = Object.assign(group, {
    memberId: 'member',
    coordinator: { heartbeat: async () => void (heartbeats += 1) },
  }) as unknown as { readonly heartbeat: (options: { readonly interval: number }) => Promise<void> }
  return { member, heartbeats: () => heartbeats }
}

/** A request in flight that times out after a second. */
function sendRequest() {
  const RequestQueue = loadInternal('network/requestQueue') as new (options: object) => {
    readonly scheduleRequestTimeoutCheck: () => void
    readonly maybeThrottle: (ms: number) => void
    readonly canSendSocketRequestImmediately: () => boolean
    readonly push: (request: object) => void
    readonly destroy: () => void
  }
  const rejected = vi.fn()
  const queue = new RequestQueue({ requestTimeout: 1000, enforceRequestTimeout: true, logger })
  queue.scheduleRequestTimeoutCheck()
  const entry = { correlationId: 1, reject: rejected, resolve: () => undefined }
  queue.push({ entry, expectResponse: true, sendRequest: () => undefined })
  onTestFinished(() => queue.destroy())
  return { queue, rejected }
}

test.for([-60_000, 60_000])('a clock that steps by %i ms changes no heartbeat', async (stepMs) => {
  setup()
  const { member, heartbeats } = createMember()
  stepClock(stepMs)
  await member.heartbeat({ interval: 1000 })
  expect(heartbeats()).toBe(0)
  vi.advanceTimersByTime(1000)
  await member.heartbeat({ interval: 1000 })
  expect(heartbeats()).toBe(1)
})

test.for([-60_000, 60_000])('a clock that steps by %i ms changes no request timeout', (stepMs) => {
  setup()
  const { rejected } = sendRequest()
  stepClock(stepMs)
  vi.advanceTimersByTime(900)
  expect(rejected).not.toHaveBeenCalled()
  vi.advanceTimersByTime(300)
  expect(rejected).toHaveBeenCalledOnce()
})

test.for([-60_000, 60_000])('a clock that steps by %i ms changes no throttling', (stepMs) => {
  setup()
  const { queue } = sendRequest()
  queue.maybeThrottle(1000)
  stepClock(stepMs)
  expect(queue.canSendSocketRequestImmediately()).toBe(false)
  vi.advanceTimersByTime(1100)
  expect(queue.canSendSocketRequestImmediately()).toBe(true)
})

test('outdated metadata is refreshed in time though the clock steps back', async () => {
  setup()
  const BrokerPool = loadInternal('cluster/brokerPool') as new (options: object) => object
  const refreshMetadata = vi.fn(async () => undefined)
  const pool = Object.assign(new BrokerPool({ connectionPoolBuilder: {}, logger, retry: {} }), {
    refreshMetadata,
    metadata: { topicMetadata: [] },
    metadataExpireAt: Date.now() + 1000,
  }) as unknown as { readonly refreshMetadataIfNecessary: (topics: readonly string[]) => Promise<void> }
  stepClock(-60_000)
  await pool.refreshMetadataIfNecessary([])
  expect(refreshMetadata).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1001)
  await pool.refreshMetadataIfNecessary([])
  expect(refreshMetadata).toHaveBeenCalledOnce()
})
