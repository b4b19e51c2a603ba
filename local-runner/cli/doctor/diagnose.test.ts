import { expect, test } from 'vitest'
import { kafkaTrigger } from '../../event-source-mapping/parameters.ts'
import { type Cause, diagnoseCluster, diagnoseMapping } from './diagnose.ts'
import type { LiveMapping, MappingFacts } from './facts.ts'

const trigger = (change: Readonly<Record<string, unknown>> = {}) =>
  kafkaTrigger.parse({
    topics: ['orders'],
    consumerGroupId: 'stock',
    startingPosition: 'TRIM_HORIZON',
    ...change,
  })

const idle: LiveMapping = { status: 'polling', recordsFetched: 5, recordsFiltered: 0, partitions: [] }
const own = { clientId: 'event-source-mapping-stock', host: '127.0.0.1', partitions: [0] }

/** Nothing is in the way: five records, all done. */
const healthy: MappingFacts = {
  functionName: 'stock',
  trigger: trigger(),
  partitions: [{ partition: 0, low: 0, high: 5, committed: 5 }],
  topics: ['orders', 'order-topic', '__consumer_offsets'],
  members: [own],
  live: idle,
  sample: undefined,
}

const partition = { partition: 0, buffered: 3 }

const cases: readonly (readonly [cause: Cause, change: Partial<MappingFacts>, what: string, fix: string])[] =
  [
    ['disabled', { trigger: trigger({ enabled: false }) }, 'disabled', 'enabled'],
    ['no-topic', { partitions: undefined }, 'Topics: orders, order-topic', 'functions/topics.json'],
    ['not-running', { live: undefined, members: [] }, 'No runner', 'npm start'],
    [
      'not-joined',
      { live: { ...idle, status: 'starting', lastError: 'no coordinator' }, members: [] },
      'starting: no coordinator',
      '[mapping]',
    ],
    [
      'group-elsewhere',
      { members: [own, { clientId: 'other', host: '10.0.0.7', partitions: [1, 2] }] },
      'other on 10.0.0.7 (partitions 1, 2)',
      'consumerGroupId',
    ],
    [
      'group-elsewhere',
      { live: undefined, members: [own] },
      'event-source-mapping-stock on 127.0.0.1',
      'free after 10 s',
    ],
    ['group-elsewhere', { members: [own, own] }, 'event-source-mapping-stock', 'Stop them'],
    [
      'poison',
      {
        live: {
          ...idle,
          partitions: [{ ...partition, lastFailure: { offset: 7, retries: 4, reason: 'Error: no' } }],
        },
      },
      'orders-0 is blocked at offset 7, retry 4: Error: no',
      'maximumRetryAttempts',
    ],
    [
      'window',
      { live: { ...idle, partitions: [{ ...partition, windowLeftMs: 12_300 }] } },
      '3 records of orders-0 wait another 13 s',
      'maximumBatchingWindowInSeconds',
    ],
    ['behind', { partitions: [{ partition: 0, low: 0, high: 5, committed: 1 }] }, '4 records', 'Wait'],
    [
      'no-records',
      { partitions: [{ partition: 0, low: 5, high: 5, committed: 5 }] },
      'no records',
      'Write one',
    ],
    [
      'latest',
      { trigger: trigger({ startingPosition: 'LATEST' }), live: { ...idle, recordsFetched: 0 } },
      '5 records, all older than the group',
      'new consumerGroupId',
    ],
    ['all-filtered', { sample: { read: 5, passed: 0 } }, 'None of the newest 5', 'patterns'],
    ['all-filtered', { live: { ...idle, recordsFiltered: 5 } }, 'None of the 5 records fetched', 'patterns'],
  ]

test.for(cases)('names the cause %s: %j', ([cause, change, what, fix]) => {
  const findings = diagnoseMapping({ ...healthy, ...change })
  expect(findings).toMatchObject([
    { cause, what: expect.stringContaining(what) as unknown, fix: expect.stringContaining(fix) as unknown },
  ])
})

test('finds nothing where nothing is in the way', () => {
  expect(diagnoseMapping(healthy)).toEqual([])
  expect(diagnoseMapping({ ...healthy, sample: { read: 5, passed: 1 } })).toEqual([])
  // At LATEST too, once it has had records.
  expect(diagnoseMapping({ ...healthy, trigger: trigger({ startingPosition: 'LATEST' }) })).toEqual([])
})

test('tells Kafka that does not answer from a broker that advertises a wrong address', () => {
  const bootstrap = 'localhost:9092'
  const good = { address: 'localhost:9092', error: undefined }
  expect(diagnoseCluster({ bootstrap, error: undefined, brokers: [good] })).toEqual([])
  expect(diagnoseCluster({ bootstrap, error: 'ECONNREFUSED', brokers: [] })).toMatchObject([
    { cause: 'kafka-unreachable' },
  ])
  const bad = { address: 'kafka:9092', error: 'getaddrinfo ENOTFOUND kafka' }
  expect(diagnoseCluster({ bootstrap, error: undefined, brokers: [good, bad] })).toMatchObject([
    { cause: 'listener-unreachable', what: expect.stringContaining('kafka:9092') as unknown },
  ])
})
