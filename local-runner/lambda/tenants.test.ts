import { expect, test } from 'vitest'
import { heldFunction } from '../testing/fake-environment.ts'
import { createFunctionHost } from './function-host.ts'

/** A host whose environments answer with their number. */
function numberedHost(maxEnvironments: number) {
  let started = 0
  const host = createFunctionHost({
    ...heldFunction,
    maxEnvironments,
    startEnvironment: () => {
      const number = ++started
      return {
        logStreamName: 'held',
        memoryMeasure: 'nothing',
        init: async () => ({ outcome: 'initialized', usedMemoryBytes: 0 }),
        invoke: async () => ({ result: { outcome: 'success', payload: String(number) } }),
        isAlive: () => true,
        terminate: async () => undefined,
      }
    },
  })
  const environmentOf = async (tenantId: string) => {
    const result = await host.invoke('{}', { tenantId })
    return result.outcome === 'success' ? Number(result.payload) : undefined
  }
  return { host, environmentOf }
}

test('[3.5] an environment serves one tenant only, and serves it again', async () => {
  const { host, environmentOf } = numberedHost(3)
  expect(await environmentOf('blue')).toBe(1)
  expect(await environmentOf('green')).toBe(2)
  expect(await environmentOf('blue')).toBe(1)
  expect(await environmentOf('green')).toBe(2)
  await host.stop()
})

test('[3.5] an idle environment of another tenant makes room, when there may be no more', async () => {
  const { host, environmentOf } = numberedHost(1)
  expect(await environmentOf('blue')).toBe(1)
  expect(await environmentOf('green')).toBe(2)
  expect(await environmentOf('blue')).toBe(3)
  await host.stop()
})

test('[3.5] calls of several tenants at once are all served', async () => {
  const { host, environmentOf } = numberedHost(2)
  const served = await Promise.all(['blue', 'green'].map(environmentOf))
  expect(new Set(served).size).toBe(2)
  expect(await environmentOf('red')).toBe(3)
  await host.stop()
})
