import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'

test('[3.7] stdin, stdout and stderr are no terminal, although the runner is started in one', async () => {
  const module = new URL('./standard-streams.mjs', import.meta.url).href
  const worker = new Worker(
    `const tty = require('node:tty')
     tty.isatty = () => true
     import('${module}').then(({ installStandardStreams }) => {
       installStandardStreams(() => undefined)
       require('node:worker_threads').parentPort.postMessage([0, 1, 2, 3].map((fd) => tty.isatty(fd)))
     })`,
    { eval: true, stdout: true, stderr: true },
  )
  expect(await once(worker, 'message')).toEqual([[false, false, false, true]])
})
