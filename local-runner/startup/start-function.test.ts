import { expect, onTestFinished, test } from 'vitest'
import { apiSettings } from '../api-gateway/api-settings.ts'
import { createStopList } from '../async/stop-list.ts'
import type { RunningHost } from '../lambda/function-host.ts'
import type { KeptSetting } from '../lambda-api/kept-changes.ts'
import { manifestFunction } from '../manifest/function-definition.ts'
import { createPorts } from '../servers/ports.ts'
import { startFunction } from './start-function.ts'

const fail = (error: unknown) => {
  throw error
}

const noneKept = <Value>(): KeptSetting<Value> => ({
  of: (_, value) => ({ value, changedAtEpochMs: undefined }),
  set: async () => undefined,
})

function hostAnswering(payload: string, warm = async () => undefined) {
  const host: RunningHost & { isStopped: boolean } = {
    isStopped: false,
    invoke: async () => ({ outcome: 'success', payload: JSON.stringify(payload) }),
    warm,
    retire: async () => undefined,
    limitEnvironments: () => undefined,
    initFailure: () => undefined,
    stop: async () => void (host.isStopped = true),
    reserve: () => undefined,
    prepareSpare: async () => undefined,
  }
  return host
}

test('a new version that serves goes on, also where the triggers of the old one cannot be ended', async () => {
  const port = await createPorts({ any: true }).take(0)
  const stops = createStopList({ onError: () => undefined })
  onTestFinished(stops.stopAll)
  const version = (kafka: readonly object[], functionHost: RunningHost) => ({
    definition: manifestFunction.parse({
      name: 'tried',
      port,
      handler: 'index.handler',
      buildId: 'x',
      triggers: { http: ['GET /'], kafka },
    }),
    variables: {},
    functionHost,
    api: apiSettings.parse({ stage: '$default' }),
  })
  const trigger = { topics: ['topic'], consumerGroupId: 'group', startingPosition: 'LATEST', enabled: false }
  const running = await startFunction({
    first: version([trigger], hostAnswering('old')),
    host: '127.0.0.1',
    portOffset: 0,
    health: async () => undefined,
    authorizersOf: () => () => undefined,
    lambdaApi: async () => undefined,
    apiFunctions: new Map(),
    kafkaBrokers: ['127.0.0.1:1'],
    kafkaLogin: {},
    destinationsDirectory: '/nowhere',
    record: () => undefined,
    setCheck: (name) => () => {
      if (name.startsWith('mapping')) throw new Error('cannot be ended')
    },
    keptChanges: { enabled: noneKept(), reservedConcurrency: noneKept() },
    addStop: stops.add,
    onError: fail,
  })
  const next = hostAnswering('new')
  await expect(running.replace(version([], next))).rejects.toThrow('cannot be ended')
  expect(next.isStopped).toBe(false)

  const refused = hostAnswering('refused', async () => fail(new Error('no thread')))
  await expect(running.replace(version([], refused))).rejects.toThrow('no thread')
  expect(refused.isStopped).toBe(true)
  const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } })
  expect(await response.text()).toBe('new')
})
