import { expect, test } from 'vitest'
import { createKeyedParts } from './keyed-parts.ts'

function recordingParts() {
  const log: string[] = []
  const parts = createKeyedParts((trigger: { readonly rate: string }) => ({
    start: () => void log.push(`start ${trigger.rate}`),
    stop: async () => void log.push(`stop ${trigger.rate}`),
  }))
  const update = async (...rates: readonly string[]) => {
    const triggers = rates.map((rate) => ({ rate }))
    await parts.retain(triggers)
    parts.add(triggers)
    return log.splice(0)
  }
  return { parts, log, update }
}

test('what stays the same is not touched, the old is stopped before the new is started', async () => {
  const { parts, log, update } = recordingParts()
  expect(await update('a', 'b')).toEqual([])
  await parts.start()
  expect(log.splice(0)).toEqual(['start a', 'start b'])
  expect(await update('c', 'b')).toEqual(['stop a', 'start c'])
  expect(await update('b')).toEqual(['stop c'])
  expect(parts.all()).toHaveLength(1)
})

test('equal triggers are counted', async () => {
  const { parts, update } = recordingParts()
  await parts.start()
  expect(await update('a', 'a')).toEqual(['start a', 'start a'])
  expect(await update('a')).toEqual(['stop a'])
})

test('a stop stops all, once', async () => {
  const { parts, log, update } = recordingParts()
  await parts.start()
  await update('a', 'b')
  await parts.stop()
  await parts.stop()
  expect(log).toEqual(['stop a', 'stop b'])
})
