import { AssignerProtocol } from 'kafkajs'
import { expect, test } from 'vitest'
import { PARTITION_ASSIGNERS, shareInTurn, shareRanges, type Subscriber } from './assigners.ts'

const member = (memberId: string, ...topics: readonly string[]): Subscriber => ({ memberId, topics })
const counts = (record: Readonly<Record<string, number>>) => new Map(Object.entries(record))

// The examples of Kafka's own documentation of RangeAssignor and RoundRobinAssignor.
const both = [member('c1', 't0', 't1'), member('c0', 't0', 't1')]

test('range gives each subscriber one run of each topic, the longer ones first', () => {
  expect(shareRanges(both, counts({ t0: 3, t1: 3 }))).toEqual(
    new Map([
      ['c0', { t0: [0, 1], t1: [0, 1] }],
      ['c1', { t0: [2], t1: [2] }],
    ]),
  )
})

test('roundrobin gives the partitions of all topics in turn', () => {
  expect(shareInTurn(both, counts({ t1: 3, t0: 3 }))).toEqual(
    new Map([
      ['c0', { t0: [0, 2], t1: [1] }],
      ['c1', { t0: [1], t1: [0, 2] }],
    ]),
  )
})

const different = [member('c0', 't0'), member('c1', 't0', 't1'), member('c2', 't0', 't1', 't2')]

test('roundrobin passes over a member that does not subscribe to the topic', () => {
  expect(shareInTurn(different, counts({ t0: 1, t1: 2, t2: 3 }))).toEqual(
    new Map([
      ['c0', { t0: [0] }],
      ['c1', { t1: [0] }],
      ['c2', { t1: [1], t2: [0, 1, 2] }],
    ]),
  )
})

test('range gives a topic only to its subscribers', () => {
  expect(shareRanges(different, counts({ t0: 1, t1: 2, t2: 3 }))).toEqual(
    new Map([
      ['c0', { t0: [0] }],
      ['c1', { t1: [0] }],
      ['c2', { t1: [1], t2: [0, 1, 2] }],
    ]),
  )
})

test('a member without a partition has an entry, and a topic without a subscriber goes to nobody', () => {
  for (const share of [shareRanges, shareInTurn]) {
    expect(share([member('a', 't'), member('b', 't')], counts({ t: 1, nobody: 2 }))).toEqual(
      new Map([
        ['a', { t: [0] }],
        ['b', {}],
      ]),
    )
  }
})

/** A cluster that knows `orders` only. */
const cluster = {
  addTargetTopic: async (topic: string) => {
    if (topic !== 'orders') throw new Error('unknown topic')
  },
  findTopicPartitionMetadata: (topic: string) => (topic === 'orders' ? [{}, {}, {}] : []),
}
type Config = Parameters<(typeof PARTITION_ASSIGNERS)[number]>[0]
const assigners = PARTITION_ASSIGNERS.map((create) => create({ cluster } as unknown as Config))

test("Kafka's names come first, so that a group of several kinds of clients uses them", () => {
  expect(assigners.map(({ name }) => name)).toEqual(['range', 'roundrobin', 'RoundRobinAssigner'])
  expect(assigners.map((one) => one.protocol({ topics: ['orders'] }).name)).toEqual([
    'range',
    'roundrobin',
    'RoundRobinAssigner',
  ])
})

test('a leader assigns by the subscriptions of all members, newer versions included, and passes over unknown topics', async () => {
  const [range] = assigners
  const mine = range?.protocol({ topics: ['orders'] }).metadata
  // Version 1 adds the partitions that the member owns, here none.
  const foreign = Buffer.concat([
    AssignerProtocol.MemberMetadata.encode({
      version: 1,
      topics: ['gone', 'orders'],
      userData: Buffer.alloc(0),
    }),
    Buffer.alloc(4),
  ])
  const shares = await range?.assign({
    topics: ['orders'],
    members: [
      { memberId: 'java', memberMetadata: foreign },
      { memberId: 'mine', memberMetadata: mine ?? Buffer.alloc(0) },
    ],
  })
  const decoded = shares?.map(({ memberId, memberAssignment }) => [
    memberId,
    AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment,
  ])
  expect(decoded).toEqual([
    ['java', { orders: [0, 1] }],
    ['mine', { orders: [2] }],
  ])
})
