import { randomUUID } from 'node:crypto'
import { Kafka, logLevel } from 'kafkajs'
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js'
import { expect, inject, test, vi } from 'vitest'
import { patchIdleTimer } from './idle-timer.ts'

test('an idle connection is not checked at all, and still answers', async () => {
  patchIdleTimer()
  const check = vi.spyOn(RequestQueue.prototype, 'checkPendingRequests')
  const admin = new Kafka({
    clientId: randomUUID(),
    brokers: [...inject('kafkaBrokers')],
    logLevel: logLevel.NOTHING,
  }).admin()
  await admin.connect()
  try {
    await admin.listTopics()
    // What was scheduled while the answer was pending may still run once; after that nothing may follow.
    await turns(50)
    const checksBefore = check.mock.calls.length
    await turns(50)
    expect(check.mock.calls.length).toBe(checksBefore)
    await expect(admin.listTopics()).resolves.toBeInstanceOf(Array)
  } finally {
    await admin.disconnect()
    check.mockRestore()
  }
})

/** Lets timers of 1 ms run that many times: the loop that the patch stops would show in each. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1))
}
