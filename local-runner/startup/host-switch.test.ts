import { expect, test } from 'vitest'
import type { InvocationResult } from '../lambda/invocation.ts'
import { createHostSwitch } from './host-switch.ts'

function createHost(name: string) {
  const held: ((result: InvocationResult) => void)[] = []
  let stops = 0
  return {
    invoke: () => new Promise<InvocationResult>((resolve) => held.push(resolve)),
    initFailure: () => `${name} failed`,
    stop: async () => {
      stops++
      for (const resolve of held) resolve({ outcome: 'throttled', reason: `${name} stops` })
    },
    answer: () => held.shift()?.({ outcome: 'success', payload: `"${name}"` }),
    stops: () => stops,
  }
}
const fail = (error: unknown) => {
  throw error
}

test('calls that began in the old host end there, then it is stopped; later ones run in the new one', async () => {
  const [old, next] = [createHost('old'), createHost('next')]
  const hosts = createHostSwitch(old, fail)
  const early = hosts.invoke('{}')
  hosts.switchTo(next)
  expect(hosts.initFailure()).toBe('next failed')
  const late = hosts.invoke('{}')
  next.answer()
  expect(await late).toMatchObject({ payload: '"next"' })
  expect(old.stops()).toBe(0)
  old.answer()
  expect(await early).toMatchObject({ payload: '"old"' })
  await expect.poll(() => old.stops()).toBe(1)
  expect(next.stops()).toBe(0)
})

test('a stop ends both, each once', async () => {
  const [old, next] = [createHost('old'), createHost('next')]
  const hosts = createHostSwitch(old, fail)
  const early = hosts.invoke('{}')
  hosts.switchTo(next)
  await hosts.stop()
  expect(await early).toMatchObject({ outcome: 'throttled' })
  expect([old.stops(), next.stops()]).toEqual([1, 1])
})
