import { writeSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { createLogPipe } from './log-pipe.ts'

// In a process of its own: at its end a thread closes the descriptors that it has opened once more.
test('reads what was written up to now, although a child process goes on writing', async () => {
  const output = Buffer.alloc(16 * 1024, 'x')
  let chunks = 0
  const pipe = await createLogPipe(1, () => {
    chunks++
    if (chunks < 1000) for (const end of pipe.writeEnds) writeSync(end, output)
  })
  onTestFinished(pipe.close)
  for (const end of pipe.writeEnds) writeSync(end, output)
  pipe.drain()
  expect(chunks).toBeGreaterThan(0)
  expect(chunks).toBeLessThan(100)
})
