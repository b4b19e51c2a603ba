import { expect, test } from 'vitest'
import { kafkaTrigger } from '../../event-source-mapping/parameters.ts'
import { diagnoseCluster } from './diagnose-cluster.ts'
import { diagnoseMapping } from './diagnose-mapping.ts'
import type { LiveFailure, LiveMapping, MappingFacts, PartitionFact } from './facts.ts'
import type { Cause } from './finding.ts'

const trigger = (change: Readonly<Record<string, unknown>> = {}) =>
  kafkaTrigger.parse({
    topics: ['orders'],
    consumerGroupId: 'stock',
    startingPosition: 'TRIM_HORIZON',
    ...change,
  })

const nowMs = Date.parse('2026-11-28T10:00:00Z')
const idle: LiveMapping = { status: 'polling', recordsFetched: 5, recordsFiltered: 0, partitions: [] }
const own = { clientId: 'event-source-mapping-stock', host: '127.0.0.1', partitions: [0] }
const done: PartitionFact = {
  partition: 0,
  low: 0,
  stable: 5,
  high: 5,
  committed: 5,
  hasUnread: false,
  unreadable: undefined,
  open: undefined,
}

/** Nothing is in the way: five records, all done. */
const healthy: MappingFacts = {
  functionName: 'stock',
  trigger: trigger(),
  partitions: [done],
  hasRecords: true,
  topics: ['orders', 'order-topic', '__consumer_offsets', 'orders.stock.dlq'],
  members: [own],
  live: idle,
  sample: undefined,
  nowMs,
}

const partition = { partition: 0, buffered: 3 }
const blocked = (change: Partial<LiveFailure> = {}): Partial<MappingFacts> => {
  const lastFailure = {
    kind: 'function',
    offset: 7,
    retries: 4,
    invocations: 4,
    forMs: 130_000,
    reason: 'Error: no',
    ...change,
  }
  return { live: { ...idle, partitions: [{ ...partition, lastFailure }] } }
}
const toDestination = {
  provisionedPollerConfig: { minimumPollers: 1 },
  destinationConfig: { onFailure: { destination: 'kafka://orders.failed' } },
}
const open = {
  producerId: '42',
  sinceMs: nowMs - 90_000,
  transactionalId: 'billing-1',
  endsMs: nowMs + 30_000,
}

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
      blocked(),
      'orders-0 is blocked at offset 7 for 2 min, after 4 invocations: Error: no',
      'npm run dlq -- skip orders 0 7 --group stock',
    ],
    [
      'poison',
      blocked({
        reason: '1 of 1 records reported as failed',
        loggedError: 'kafka_unavailable: Kafka did not acknowledge the record.',
      }),
      '1 of 1 records reported as failed. Its log: kafka_unavailable: Kafka did not acknowledge',
      'Fix the function',
    ],
    [
      'poison',
      { ...blocked({ loggedError: 'kafka_unavailable: no' }), topics: ['orders'] },
      'There is no topic orders.stock.dlq',
      'functions/topics.json',
    ],
    [
      'destination',
      { ...blocked({ kind: 'destination' }), trigger: trigger(toDestination) },
      'kafka://orders.failed does not take a record of orders-0, offset 7, for 2 min, after 4 tries: Error: no',
      'orders.failed',
    ],
    [
      'destination',
      {
        ...blocked({ kind: 'destination', reason: 'This server does not host this topic-partition' }),
        trigger: trigger(toDestination),
      },
      'does not host',
      'functions/topics.json',
    ],
    [
      'destination',
      {
        ...blocked({ kind: 'destination', reason: 'The request included a message larger than the max' }),
        trigger: trigger(toDestination),
      },
      'larger',
      'max.message.bytes',
    ],
    [
      'destination',
      {
        ...blocked({ kind: 'destination', reason: 'Not authorized to access topics: [Topic authorization]' }),
        trigger: trigger(toDestination),
      },
      'Not authorized',
      'KAFKA_SASL_',
    ],
    ['partition-failure', blocked({ kind: 'throttled' }), 'does not reach the function', 'maxConcurrency'],
    ['partition-failure', blocked({ kind: 'schema-registry' }), 'schema registry', 'schemaRegistryConfig'],
    [
      'unreadable',
      blocked({ kind: 'unreadable', reason: 'the codec is not known' }),
      'orders-0 cannot be read from offset 7 on, for 2 min: the codec is not known',
      'npm run dlq -- skip orders 0 7 --group stock',
    ],
    [
      'unreadable',
      { partitions: [{ ...done, committed: 3, hasUnread: true, unreadable: 'the codec is not known' }] },
      'orders-0 cannot be read from offset 3 on: the codec is not known',
      'compression.type',
    ],
    ['partition-failure', blocked({ kind: 'offsets' }), "the group's offsets", 'READ'],
    ['partition-failure', blocked({ kind: 'commit' }), "the group's offset", 'READ'],
    ['partition-failure', blocked({ kind: 'runner' }), 'runner itself failed', 'npm start'],
    [
      'window',
      { live: { ...idle, partitions: [{ ...partition, windowLeftMs: 12_300 }] } },
      '3 records of orders-0 wait another 13 s',
      'maximumBatchingWindowInSeconds',
    ],
    ['behind', { partitions: [{ ...done, committed: 1, hasUnread: true }] }, '4 records', 'Wait'],
    ['no-records', { hasRecords: false }, 'no records', 'Write one'],
    [
      'latest',
      { trigger: trigger({ startingPosition: 'LATEST' }), live: { ...idle, recordsFetched: 0 } },
      'records, all older than the group',
      'new consumerGroupId',
    ],
    ['all-filtered', { sample: { read: 5, passed: 0 } }, 'None of the newest 5', 'patterns'],
    ['all-filtered', { live: { ...idle, recordsFiltered: 5 } }, 'None of the 5 records fetched', 'patterns'],
    [
      'open-transaction',
      { partitions: [{ ...done, high: 9, open }] },
      '4 records of orders-0 wait behind an open transaction since 2026-11-28T09:58:30Z (1 min): producer id 42, transactional id billing-1',
      'Kafka aborts it at 2026-11-28T10:00:30Z',
    ],
    [
      'open-transaction',
      {
        partitions: [{ ...done, high: 9, open: { ...open, transactionalId: undefined, endsMs: undefined } }],
      },
      'producer id 42',
      'kafka-transactions.sh --bootstrap-server <broker> abort --topic orders --partition 0 --start-offset 5',
    ],
  ]

test.for(cases)('names the cause %s: %j', ([cause, change, what, fix]) => {
  const findings = diagnoseMapping({ ...healthy, ...change })
  expect(findings).toHaveLength(1)
  expect(findings[0]).toMatchObject({ cause, what: expect.stringContaining(what) as unknown })
  expect([findings[0]?.fix, ...(findings[0]?.commands ?? [])].join('\n')).toContain(fix)
})

test('finds nothing where nothing is in the way', () => {
  expect(diagnoseMapping(healthy)).toEqual([])
  expect(diagnoseMapping({ ...healthy, sample: { read: 5, passed: 1 } })).toEqual([])
  // At LATEST too, once it has had records.
  expect(diagnoseMapping({ ...healthy, trigger: trigger({ startingPosition: 'LATEST' }) })).toEqual([])
})

test('markers and aborted records behind the offset of the group are no lag', () => {
  expect(diagnoseMapping({ ...healthy, partitions: [{ ...done, committed: 3 }] })).toEqual([])
})

test('what can be true at once is said at once', () => {
  const other = { clientId: 'other', host: '10.0.0.7', partitions: [1] }
  const partitions = [
    { ...done, committed: 1, hasUnread: true, high: 9, open },
    { ...done, partition: 1, high: 6, open },
  ]
  const found = diagnoseMapping({ ...healthy, ...blocked(), members: [own, other], partitions })
  expect(found.map(({ cause }) => cause)).toEqual(['group-elsewhere', 'poison', 'open-transaction'])
  expect(found[2]?.what).toContain('5 records of orders-0, orders-1 wait')
})

test('a hundred blocked partitions are three findings and a number', () => {
  const lastFailure = { ...blocked().live?.partitions[0]?.lastFailure } as LiveFailure
  const many = Array.from({ length: 100 }, (_, index) => ({ partition: index, buffered: 0, lastFailure }))
  const found = diagnoseMapping({ ...healthy, live: { ...idle, partitions: many } })
  expect(found.map(({ cause }) => cause)).toEqual(['poison', 'poison', 'poison', 'poison'])
  expect(found[3]?.what).toContain('97 more partitions')
})

test('a time that is none is not shown, and text from outside stays on its line', () => {
  const nanoseconds = { ...open, sinceMs: 1.7e18, transactionalId: 'a\u001b[31m\nb' }
  const [found] = diagnoseMapping({ ...healthy, partitions: [{ ...done, high: 9, open: nanoseconds }] })
  expect(found?.what).toBe(
    '4 records of orders-0 wait behind an open transaction: producer id 42, transactional id a [31m b',
  )
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
