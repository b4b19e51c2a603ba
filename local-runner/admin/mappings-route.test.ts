import { expect, test } from 'vitest'
import type { JournalEntry } from '../journal/journal.ts'
import { createMappingsRoute, type MappingsRouteDeps } from './mappings-route.ts'

const partition = {
  partition: 0,
  committed: 7,
  endOffset: 9,
  lag: 2,
  buffered: 0,
  inFlight: 2,
  oldestRecordAgeMs: 1,
  windowLeftMs: undefined,
}
const lastFailure = {
  kind: 'function',
  offset: 7,
  retries: 3,
  invocations: 3,
  requestId: 'r-1',
  reason: '2 of 2 records reported as failed',
  forMs: 1500,
} as const

async function bodyOf(deps: Partial<MappingsRouteDeps>): Promise<unknown> {
  const route = createMappingsRoute({
    kafkaBrokers: ['localhost:9092'],
    redisUrl: 'redis://localhost:6379',
    entries: () => [],
    reports: () => [
      {
        id: 'm-1',
        functionName: 'stock',
        topic: 'orders',
        consumerGroupId: 'stock',
        metricGroups: [],
        status: 'polling',
        isReady: true,
        partitions: [{ ...partition, lastFailure }],
        lag: 2,
        pollers: 1,
        batchesInFlight: 1,
        recordsFetched: 9,
        recordsFiltered: 0,
        lastError: undefined,
      },
    ],
    ...deps,
  })
  const request = { method: 'GET', path: '/api/mappings' } as Parameters<typeof route>[0]
  return JSON.parse((await route(request))?.body?.toString() ?? '')
}

test('what blocks a partition has the error that the function logged', async () => {
  const logged: JournalEntry = {
    at: 0,
    name: 'log',
    functionName: 'stock',
    requestId: 'r-1',
    line: '{"level":"ERROR","message":{"partition":0,"offset":7,"error":{"code":"stock_lost","message":"no ledger"}}}',
  }
  const item = (failure: object) => ({ items: [{ partitions: [{ lastFailure: failure }] }] })
  expect(await bodyOf({ entries: () => [logged] })).toMatchObject(
    item({ ...lastFailure, loggedError: 'stock_lost: no ledger' }),
  )
  expect(await bodyOf({})).toMatchObject(item(lastFailure))
})

test('Redis is named without its login', async () => {
  expect(await bodyOf({ redisUrl: 'redis://user:secret@cache:6379/1' })).toMatchObject({
    redisUrl: 'redis://cache:6379/1',
  })
  expect(await bodyOf({ redisUrl: 'rediss+cluster://:secret@a:1,b:2' })).toMatchObject({
    redisUrl: 'rediss+cluster://a:1,b:2',
  })
})
