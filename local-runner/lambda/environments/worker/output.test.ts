import { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'

const MODULE = new URL('./output.mjs', import.meta.url).href
/** Writes twenty lines of 1 MB, then says so. */
const WRITER = `
  const { parentPort, workerData } = require('node:worker_threads')
  import('${MODULE}').then(({ createOutput }) => {
    const output = createOutput({ unread: workerData, post: (message) => parentPort.postMessage(message) })
    for (let n = 0; n < 20; n++) output.message('r-1', 'x'.repeat(1024 * 1024))
    parentPort.postMessage({ type: 'done' })
  })`

test('[3.7] a thread that writes more than is read waits, as with a full pipe', async () => {
  const unread = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(WRITER, { eval: true, workerData: unread })
  onTestFinished(async () => void (await worker.terminate()))
  const lines: number[] = []
  const done = new Promise<void>((resolve) => {
    worker.on('message', (message: { readonly type: string; readonly line?: string }) => {
      if (message.line === undefined) return resolve()
      lines.push(message.line.length)
    })
  })
  await expect.poll(() => lines.length).toBe(5)
  const early = await Promise.race([done.then(() => 'done'), new Promise((later) => setTimeout(later, 200))])
  expect(early).toBeUndefined()
  expect(lines.length).toBeLessThan(8)
  const reading = setInterval(() => {
    Atomics.store(unread, 0, 0)
    Atomics.notify(unread, 0)
  })
  await done
  clearInterval(reading)
  expect(lines).toHaveLength(20)
})
