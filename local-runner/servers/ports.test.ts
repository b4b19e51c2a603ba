import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { createPorts } from './ports.ts'

async function occupy(port: number) {
  const server = createServer()
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return { release: async () => await new Promise((resolve) => server.close(resolve)) }
}

test('takes the standard port, shifted by the offset, when it is free', async () => {
  const { take } = createPorts({ offset: 3 })
  expect(await take(23_400)).toBe(23_403)
})

test('takes the next free port when the standard one is taken', async () => {
  const { release } = await occupy(23_410)
  try {
    expect(await createPorts().take(23_410)).toBe(23_411)
  } finally {
    await release()
  }
})

test('never gives the same port twice, not even to two who ask at once', async () => {
  const { take } = createPorts()
  expect(await Promise.all([take(23_420), take(23_420), take(23_420)])).toEqual([23_420, 23_421, 23_422])
})

test('stays out of the range from which systems give ports to outgoing connections', async () => {
  expect(await createPorts({ any: true, random: () => 0 }).take(9092)).toBeGreaterThanOrEqual(10_240)
  expect(await createPorts({ any: true, random: () => 0.999_999 }).take(9092)).toBeLessThan(32_768)
})

test('says what to do when the offset leaves no ports', async () => {
  await expect(createPorts({ offset: 65_000 }).take(9092)).rejects.toThrow('PORT_OFFSET')
})
