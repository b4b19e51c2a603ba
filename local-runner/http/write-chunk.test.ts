import { expect, test } from 'vitest'
import { askRaw } from '../testing/ask-raw.ts'
import { serve } from '../testing/serve.ts'
import { writeChunk } from './write-chunk.ts'

test('many small pieces wait together for a client that does not take them', async () => {
  const listeners: number[] = []
  const { port } = await serve(async (_, response) => {
    const waiting: unknown[] = []
    while (waiting.length < 100) {
      const taken = writeChunk(response, Buffer.alloc(1024))
      if (taken) waiting.push(taken)
    }
    listeners.push(response.listenerCount('drain'))
    await Promise.all(waiting)
    response.end()
  })
  await askRaw(port, 'GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')
  expect(listeners).toEqual([1])
})
