import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { createLoadMeter } from './load-meter.ts'

test.for([
  ['computes', 'for (;;);', true],
  ['waits', 'setInterval(() => undefined, 1000)', false],
] as const)('a thread that %s is told', async ([, code, expected]) => {
  const worker = new Worker(code, { eval: true })
  onTestFinished(async () => void (await worker.terminate()))
  await once(worker, 'online')
  const isComputing = createLoadMeter(worker)
  await expect
    .poll(async () => {
      await delay(100)
      return isComputing()
    })
    .toBe(expected)
})
