import { expect, test } from 'vitest'
import { repairIdleTimer } from './idle-timer.ts'
import { loadInternal } from './internals.ts'

interface Queue {
  throttledUntil: number
  throttleCheckTimeoutId: unknown
  readonly pending: unknown[]
  readonly checkPendingRequests: () => void
  readonly scheduleCheckPendingRequests: () => void
}

const RequestQueue = loadInternal('network/requestQueue') as new (options: object) => Queue

test('an idle connection starts no timer, a throttled one checks again when the throttling ends', async () => {
  repairIdleTimer()
  const queue = new RequestQueue({ maxInFlightRequests: 1, requestTimeout: 1000, logger: {} })
  queue.checkPendingRequests()
  expect(queue.throttleCheckTimeoutId).toBeNull()

  queue.throttledUntil = Date.now() + 5
  queue.scheduleCheckPendingRequests()
  expect(queue.throttleCheckTimeoutId).not.toBeNull()
  await expect.poll(() => queue.throttleCheckTimeoutId).toBeNull()
})
