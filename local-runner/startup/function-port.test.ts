import { createServer } from 'node:net'
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
  const serve = async (wanted: number | undefined, text: string) =>
    (await port.prepare(wanted, answering(text))).commit()
  return { port, serve }
}

test('a port gets another listener, moves, is closed and opened again', async () => {
  const { port, serve } = createPort()
  const [one, other] = [await ports.take(0), await ports.take(0)]
  await serve(one, 'first')
  expect(await get(one)).toBe('first')
  await serve(one, 'second')
  expect([await get(one), port.port()]).toEqual(['second', one])
  await serve(other, 'third')
  expect([await get(one), await get(other)]).toEqual(['refused', 'third'])
  await serve(undefined, '')
  expect([await get(other), port.port()]).toEqual(['refused', 0])
  await serve(other, 'fourth')
  expect(await get(other)).toBe('fourth')
})

test('what is prepared and given up changes nothing, and neither does a port that is taken', async () => {
  const { port, serve } = createPort()
  const [one, other] = [await ports.take(0), await ports.take(0)]
  await serve(one, 'first')
  const { cancel } = await port.prepare(other, answering('second'))
  await cancel()
  expect([await get(one), await get(other)]).toEqual(['first', 'refused'])
  const stranger = createServer().listen(other, '127.0.0.1')
  onTestFinished(() => void stranger.close())
  await expect(port.prepare(other, answering('third'))).rejects.toThrow(
    `Port ${other} for the function "tried"`,
  )
  expect(await get(one)).toBe('first')
})
