import { expect, test } from 'vitest'
import { toMessageId } from '../../../functions/notification/email.ts'
import type { Evidence, RedisState } from '../evidence/evidence.ts'
import type { Request } from '../evidence/history.ts'
import type { LoggedEvent } from '../evidence/kafka-log.ts'
import { INVARIANTS } from './invariants.ts'

const stock = { sku: 'tea', onHand: 8, reserved: 0, sold: 2, received: 10 }
const lines = [{ sku: 'tea', quantity: 2 }]
const answer = { orderId: 'o-1', status: 'ACCEPTED' }
const placed: Request = {
  action: 'place',
  client: 0,
  customerId: 'c-1',
  key: 'k-1',
  lines,
  sentAt: 0,
  tookMs: 1,
  status: 201,
  answer,
}
const logged = (kind: string, sequence: number, offset: bigint): LoggedEvent => ({
  partition: 3,
  offset,
  eventId: `o-1:${sequence}`,
  orderId: 'o-1',
  sequence,
  type: `com.example.order.${kind}.v1`,
})
const first = logged('placed', 1, 7n)
const second = logged('confirmed', 2, 8n)
const mailOf = (eventId: string) => toMessageId(`${eventId}:email`)
const notified = (eventId: string, status = 'SENT') => ({ eventId, channel: 'email', status })
const order = { orderId: 'o-1', status: 'CONFIRMED', lines }

/** One order, accepted, confirmed, notified and counted: every invariant holds. */
const redis: RedisState = {
  stock: [stock],
  ledger: [{ sku: 'tea', orderId: 'o-1', letter: 'D', quantity: 2 }],
  orders: [order],
  waiting: { intent: 0, outbox: 0, open: 0 },
  counted: ['o-1:1', 'o-1:2'],
  counters: { 'orders:placed': 1, 'orders:confirmed': 1 },
  notifications: [notified('o-1:1'), notified('o-1:2')],
  keys: [
    { key: '{o:1f}:o:o-1', ttlMs: -1 },
    { key: '{s:tea}:stk', ttlMs: -1 },
  ],
}
const sound: Evidence = {
  history: [placed, { ...placed, status: 202, answer: { ...answer, eventPublished: false } }],
  redis,
  log: [first, second],
  mails: [mailOf('o-1:1'), mailOf('o-1:2')],
  hostile: [],
  deadLetters: [],
  lag: 0,
  samples: [{ ...stock, onHand: 10, reserved: 2, sold: 0 }],
  addedFunctions: [],
}

const violated = (change: Partial<Evidence>): readonly string[] =>
  INVARIANTS.filter(({ violations }) => violations({ ...sound, ...change }).length > 0).map(({ id }) => id)
const withRedis = (change: Partial<RedisState>): Partial<Evidence> => ({ redis: { ...redis, ...change } })
const withRequest = (request: Partial<Request>): Partial<Evidence> => ({
  history: [...sound.history, { ...placed, ...request }],
})

const lettersOf = (of: string) =>
  ['stock', 'notification', 'analytics'].map((name) => ({ topic: `order-topic.${name}.dlq`, of }))

test('a sound run violates nothing', () => {
  expect(violated({})).toEqual([])
})

test('a published event twice in the log, a mail in doubt and a request without an answer are no violations', () => {
  expect(violated({ log: [first, second, { ...first, offset: 9n }] })).toEqual([])
  const inDoubt = { notifications: [notified('o-1:1'), notified('o-1:2', 'INDETERMINATE')] }
  expect(violated({ ...withRedis(inDoubt), mails: [mailOf('o-1:1')] })).toEqual([])
  const { status: _status, answer: _answer, ...unanswered } = placed
  expect(violated({ history: [...sound.history, { ...unanswered, fault: 'reset' }] })).toEqual([])
})

test('a hostile record is a dead letter of each function, more than once after a crash', () => {
  const letters = lettersOf('order-topic-3@9')
  expect(violated({ hostile: ['order-topic-3@9'], deadLetters: [...letters, ...letters] })).toEqual([])
})

test('only the report of an old outbox may go away by itself', () => {
  const keys = (key: string) => withRedis({ keys: [...redis.keys, { key, ttlMs: 80_000 }] })
  expect(violated(keys('{r}:backlog'))).toEqual([])
  expect(violated(keys('{r}:frozen'))).toEqual(['I14'])
})

test('a function beside the four of the protocol has keys of its own, named after it', () => {
  const change = withRedis({ keys: [...redis.keys, { key: '{shipping:o-1}:events', ttlMs: 80_000 }] })
  expect(violated({ ...change, addedFunctions: ['shipping'] })).toEqual([])
  expect(violated({ ...change, addedFunctions: ['ship'] })).toEqual(['I14'])
  expect(violated(change)).toEqual(['I14'])
})

test('an order that a client has cancelled is no violation', () => {
  const cancelled = {
    orders: [{ ...order, status: 'CANCELLED' }],
    stock: [{ ...stock, onHand: 10, sold: 0 }],
    counters: { ...redis.counters, 'orders:cancelled': 1 },
    counted: [...redis.counted, 'o-1:3'],
    notifications: [...redis.notifications, notified('o-1:3')],
  }
  const evidence = {
    ...withRedis(cancelled),
    ...withRequest({ action: 'cancel', orderId: 'o-1', status: 200 }),
    log: [first, second, logged('cancelled', 3, 9n)],
    mails: [...sound.mails, mailOf('o-1:3')],
  }
  expect(violated(evidence)).toEqual([])
})

test.each<[string, Partial<Evidence>, readonly string[]]>([
  ['units that appear from nowhere', withRedis({ stock: [{ ...stock, onHand: 9 }] }), ['I1']],
  ['units that were gone for a moment only', { samples: [{ ...stock, sold: 1 }] }, ['I1']],
  ['more held than there is, for a moment', { samples: [{ ...stock, reserved: 9 }] }, ['I2']],
  ['a hold given back twice', { samples: [{ ...stock, reserved: -1 }] }, ['I2']],
  ['a hold that stays', withRedis({ stock: [{ ...stock, reserved: 1 }] }), ['I3']],
  [
    'an entry that stays held',
    withRedis({ ledger: [{ sku: 'tea', orderId: 'o-2', letter: 'R', quantity: 1 }] }),
    ['I3'],
  ],
  ['a sale without an order', withRedis({ stock: [{ ...stock, onHand: 7, sold: 3 }] }), ['I4']],
  [
    'two orders under one key',
    {
      ...withRequest({ answer: { ...answer, orderId: 'o-2' } }),
      ...withRedis({ orders: [order, { ...order, orderId: 'o-2', lines: [] }] }),
    },
    ['I5', 'I8', 'I12'],
  ],
  [
    'an accepted order that is gone',
    { ...withRedis({ orders: [], stock: [{ ...stock, onHand: 10, sold: 0 }] }), log: [], mails: [] },
    ['I6', 'I9'],
  ],
  [
    'an accepted order that is aborted',
    { ...withRedis({ orders: [{ ...order, status: 'ABORTED' }] }) },
    ['I4', 'I6', 'I8'],
  ],
  [
    'an accepted order that GET does not know',
    withRequest({ action: 'get', orderId: 'o-1', status: 404 }),
    ['I6'],
  ],
  [
    'an accepted order that GET calls rejected',
    withRequest({ action: 'get', orderId: 'o-1', status: 200, answer: { status: 'REJECTED' } }),
    ['I6'],
  ],
  [
    'an order cancelled by nobody',
    withRedis({ orders: [{ ...order, status: 'CANCELLED' }], stock: [{ ...stock, onHand: 10, sold: 0 }] }),
    ['I7'],
  ],
  ['an accepted order whose event is lost', { log: [], mails: [] }, ['I8', 'I9']],
  [
    'an event of an order that is not accepted',
    withRedis({ orders: [{ ...order, status: 'REJECTED' }] }),
    ['I4', 'I6', 'I8'],
  ],
  ['an event counted twice', withRedis({ counters: { ...redis.counters, 'orders:placed': 2 } }), ['I9']],
  ['an event not counted', withRedis({ counters: {} }), ['I9']],
  ['a second mail', { mails: [...sound.mails, mailOf('o-1:1')] }, ['I10']],
  ['a mail that never went out', { mails: [mailOf('o-1:1')] }, ['I10']],
  ['a mail about nothing', { mails: [...sound.mails, '<x@y>'] }, ['I10']],
  ['a gap', { log: [first, { ...second, sequence: 3 }] }, ['I11']],
  ['events in the wrong order', { log: [second, first] }, ['I11']],
  ['an order in two partitions', { log: [first, { ...second, partition: 4 }] }, ['I11']],
  ['an order accepted and refused', withRequest({ status: 409, answer: { code: 'out_of_stock' } }), ['I12']],
  ['an order answered with two bodies', withRequest({ answer: { ...answer, totalMinor: 1 } }), ['I12']],
  [
    'an order answered with its members in another order',
    withRequest({ answer: { status: 'ACCEPTED', orderId: 'o-1' } }),
    ['I12'],
  ],
  [
    'an order stored with other lines',
    withRedis({ orders: [{ ...order, lines: [{ sku: 'tea', quantity: 3 }] }] }),
    ['I4', 'I12'],
  ],
  ['another body that is accepted', withRequest({ action: 'other-body', status: 201 }), ['I12']],
  [
    'a repeat that is refused as another body',
    withRequest({ action: 'repeat', status: 422, answer: {} }),
    ['I12'],
  ],
  ['an intent that stays', withRedis({ waiting: { intent: 1 } }), ['I13']],
  ['lag that stays', { lag: 3 }, ['I13']],
  ['a key that goes away', withRedis({ keys: [{ key: '{o:1f}:o:o-1', ttlMs: 5000 }] }), ['I14']],
  ['a key without a family', withRedis({ keys: [{ key: 'lock:tea', ttlMs: -1 }] }), ['I14']],
  ['an event committed and not counted', withRedis({ counted: ['o-1:1'] }), ['I15']],
  ['an event committed and not told', withRedis({ notifications: [notified('o-1:1')] }), ['I15']],
  [
    'an event committed and not settled',
    withRedis({ orders: [{ ...order, status: 'ACCEPTED' }] }),
    ['I4', 'I6', 'I15'],
  ],
  ['an event as a dead letter', { deadLetters: lettersOf('order-topic-3@7') }, ['I15']],
  ['a hostile record without a dead letter', { hostile: ['order-topic-3@9'] }, ['I15']],
])('%s', (_what, change, ids) => {
  expect(violated(change)).toEqual(ids)
})
