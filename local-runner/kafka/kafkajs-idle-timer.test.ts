import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { patchKafkajsIdleTimer } from './kafkajs-idle-timer.ts'

interface Queue {
  throttledUntil: number
  throttleCheckTimeoutId: unknown
  readonly pending: unknown[]
  readonly checkPendingRequests: () => void
  readonly scheduleCheckPendingRequests: () => void
}

const RequestQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as new (
  options: object,
) => Queue

test('a connection with nothing to send starts no timer, a throttled one looks again when that is over', async () => {
  patchKafkajsIdleTimer()
  const queue = new RequestQueue({ maxInFlightRequests: 1, requestTimeout: 1000, logger: {} })
  queue.checkPendingRequests()
  expect(queue.throttleCheckTimeoutId).toBeNull()

  queue.throttledUntil = Date.now() + 5
  queue.scheduleCheckPendingRequests()
  expect(queue.throttleCheckTimeoutId).not.toBeNull()
  await expect.poll(() => queue.throttleCheckTimeoutId).toBeNull()
})
