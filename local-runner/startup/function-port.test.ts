import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import type { Listener } from '../http/http-server.ts'
import { createPorts } from '../servers/ports.ts'
import { createFunctionPort } from './function-port.ts'

const ports = createPorts({ any: true })
const answering =
  (text: string): Listener =>
  async (_, response) =>
    void response.end(text)

async function get(port: number): Promise<string> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}`, { headers: { connection: 'close' } })
    return await response.text()
  } catch {
    return 'refused'
  }
}

function createPort() {
  const port = createFunctionPort({
    host: '127.0.0.1',
    whose: 'the function "tried"',
    onError: (error) => {
      throw error
    },
  })
  onTestFinished(port.stop)
  const serve = async (wanted: number, text: string) =>
    (await port.prepare({ port: wanted, listener: answering(text) })).commit()
  const close = async () => (await port.prepare(undefined)).commit()
  return { port, serve, close }
}

test('a port gets another listener, moves, is closed and opened again', async () => {
  const { port, serve, close } = createPort()
  const [one, other] = [await ports.take(0), await ports.take(0)]
  await serve(one, 'first')
  expect(await get(one)).toBe('first')
  await serve(one, 'second')
  expect([await get(one), port.port()]).toEqual(['second', one])
  await serve(other, 'third')
  expect([await get(one), await get(other)]).toEqual(['refused', 'third'])
  await close()
  expect([await get(other), port.port()]).toEqual(['refused', 0])
  await serve(other, 'fourth')
  expect(await get(other)).toBe('fourth')
})

test('what is prepared and given up changes nothing, and neither does a port that is taken', async () => {
  const { port, serve } = createPort()
  const [one, other] = [await ports.take(0), await ports.take(0)]
  await serve(one, 'first')
  const { cancel } = await port.prepare({ port: other, listener: answering('second') })
  await cancel()
  expect([await get(one), await get(other)]).toEqual(['first', 'refused'])
  const stranger = createServer().listen(other, '127.0.0.1')
  onTestFinished(() => void stranger.close())
  await expect(port.prepare({ port: other, listener: answering('third') })).rejects.toThrow(
    `Port ${other} for the function "tried"`,
  )
  expect(await get(one)).toBe('first')
})

test('who was connected before a port closes is still answered', async () => {
  const { serve, close } = createPort()
  const one = await ports.take(0)
  await serve(one, 'first')
  const client = connect(one, '127.0.0.1')
  await once(client, 'connect')
  expect(await get(one)).toBe('first')
  await close()
  client.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
  expect(await text(client)).toMatch(/\r\n\r\nfirst$/)
  expect(await get(one)).toBe('refused')
})
