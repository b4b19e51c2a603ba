import { expect, test } from 'vitest'
import type { EventSourceMapping } from '../event-source-mapping/event-source-mapping.ts'
import { toMappingState } from '../event-source-mapping/mapping-state.ts'
import { createSwitchableMapping } from './switchable-mapping.ts'

/** Mappings that join and end on demand. */
function createHeldMappings() {
  const log: string[] = []
  const joins: PromiseWithResolvers<void>[] = []
  const ends: PromiseWithResolvers<void>[] = []
  const create = (enabled: boolean): EventSourceMapping => {
    const number = joins.length
    const join = Promise.withResolvers<void>()
    const end = Promise.withResolvers<void>()
    joins.push(join)
    ends.push(end)
    if (!enabled) end.resolve()
    let status: 'disabled' | 'starting' | 'polling' | 'stopped' = enabled ? 'starting' : 'disabled'
    return {
      start: async () => {
        log.push(`start ${number}`)
        if (!enabled) return
        await join.promise
        status = 'polling'
      },
      stop: async () => {
        log.push(`stop ${number}`)
        await end.promise
        status = 'stopped'
        join.resolve()
      },
      skipProblem: () => `problem of ${number}`,
      skip: () => `skip of ${number}`,
      state: () =>
        toMappingState({
          status,
          lanes: [],
          windowMs: 0,
          nowMs: 0,
          elapsedMs: 0,
          pollers: 1,
          batchesInFlight: 0,
          recordsFetched: number,
          recordsFiltered: 0,
          lastError: undefined,
        }),
    }
  }
  return { create, log, joins, ends }
}

const place = { partition: 0, offset: 0n }
const later = () => new Promise(setImmediate)

test('disabling stops the mapping, enabling starts another one, and the state says what is under way', async () => {
  const { create, log, joins, ends } = createHeldMappings()
  const mapping = createSwitchableMapping(create, true)
  const started = mapping.start()
  expect(mapping.switchState()).toBe('Enabling')
  joins[0]?.resolve()
  await started
  expect(mapping.switchState()).toBe('Enabled')

  mapping.setEnabled(false)
  await later()
  expect(mapping.switchState()).toBe('Disabling')
  ends[0]?.resolve()
  await expect.poll(mapping.switchState).toBe('Disabled')
  expect(mapping.state().isReady).toBe(true)

  mapping.setEnabled(true)
  expect(mapping.switchState()).toBe('Enabling')
  await later()
  joins[2]?.resolve()
  await expect.poll(mapping.switchState).toBe('Enabled')
  expect(log).toEqual(['start 0', 'stop 0', 'start 1', 'stop 1', 'start 2'])
  expect(mapping.state().recordsFetched).toBe(2)
  expect([mapping.skipProblem(place), mapping.skip(place)]).toEqual(['problem of 2', 'skip of 2'])
})

test('setting what is set changes nothing', async () => {
  const { create, log } = createHeldMappings()
  const mapping = createSwitchableMapping(create, false)
  mapping.setEnabled(false)
  await later()
  expect([mapping.switchState(), log]).toEqual(['Disabled', []])
})

test('before its start it only notes what is wanted', async () => {
  const { create, log, joins } = createHeldMappings()
  const mapping = createSwitchableMapping(create, false)
  mapping.setEnabled(true)
  await later()
  expect(log).toEqual(['stop 0'])
  joins[1]?.resolve()
  await mapping.start()
  expect(mapping.switchState()).toBe('Enabled')
  expect(log).toEqual(['stop 0', 'start 1'])
})

test('a start that has not joined yet ends when it is disabled', async () => {
  const { create, ends } = createHeldMappings()
  const mapping = createSwitchableMapping(create, true)
  const started = mapping.start()
  mapping.setEnabled(false)
  ends[0]?.resolve()
  await started
  await expect.poll(mapping.switchState).toBe('Disabled')
})

test('stopping waits for a change under way, and starts nothing more', async () => {
  const { create, log, ends } = createHeldMappings()
  const mapping = createSwitchableMapping(create, true)
  void mapping.start()
  mapping.setEnabled(false)
  mapping.setEnabled(true)
  const stopped = mapping.stop()
  for (const end of ends) end.resolve()
  await later()
  for (const end of ends) end.resolve()
  await stopped
  expect(log.filter((line) => line.startsWith('start'))).toEqual(['start 0'])
})
