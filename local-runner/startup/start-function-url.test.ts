import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { openPort } from '../http/listen-on.ts'
import type { JournalEvent } from '../journal/events.ts'
import { manifestFunction } from '../manifest/function-definition.ts'
import { startFunctionUrl } from './start-function-url.ts'

const OFFSET = 100

async function freePort(): Promise<number> {
  const server = createServer()
  const port = await openPort(server, 0, '127.0.0.1')
  await new Promise((resolve) => server.close(resolve))
  return port
}

test('[3.9] the URL of a function is served on its own port until the stop', async () => {
  const port = await freePort()
  const functionUrlConfig = { localPort: port - OFFSET, authType: 'NONE' }
  const stops: (() => void | Promise<void>)[] = []
  const events: JournalEvent[] = []
  await startFunctionUrl(
    {
      definition: manifestFunction.parse({
        name: 'order',
        port: 1,
        handler: 'index.handler',
        buildId: 'x',
        triggers: {},
        functionUrlConfig,
      }),
      invoke: async () => ({ outcome: 'success', payload: '{"statusCode":7}' }),
      addStop: (_, stop) => void stops.push(stop),
    },
    {
      host: '127.0.0.1',
      portOffset: OFFSET,
      record: (event) => void events.push(event),
      onError: (error) => expect.fail(String(error)),
    },
  )
  const url = `http://127.0.0.1:${port}/a`
  expect((await fetch(url)).status).toBe(502)
  await expect
    .poll(() => events)
    .toEqual([
      expect.objectContaining({ name: 'http.invalid-answer', functionName: 'order' }),
      expect.objectContaining({ name: 'http.answered', functionName: 'order', path: '/a', statusCode: 502 }),
    ])
  for (const stop of stops) await stop()
  await expect(fetch(url)).rejects.toThrow('fetch failed')
})
