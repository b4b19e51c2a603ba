import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createOrders } from '../functions/order/orders/orders.ts'
import { createStockHolds } from '../functions/order/place/stock-holds.ts'
import { eventsKey, orderKey } from '../shared/orders/keys.ts'
import { CANCELLED, type OrderEvent, PLACED } from '../shared/orders/order-event.ts'
import { createRedis, type RedisConnection } from '../shared/redis/connection.ts'
import type { Crash } from './failures/crash-point.ts'
import { createInProcessShop, type InProcessShop, type WantedOrder } from './failures/in-process-shop.ts'
import { violationsAtRest, violationsNow } from './model/invariants.ts'
import { startTestStack, type TestStack } from './testing/test-stack.ts'

// The rows of the protocol's failure table that the order function has a part in, on a real Redis. The process dies at its
// n-th call outside; Kafka is a list here (`chaos` runs on the real one).

let stack: TestStack
let redis: RedisConnection
let shop: InProcessShop

beforeAll(async () => {
  stack = await startTestStack('4.3.1')
  redis = createRedis(stack.redisUrl)
})
afterAll(async () => {
  redis.close()
  await stack.stop()
})

const wanted: WantedOrder = {
  orderId: 'o-1',
  lines: [
    { sku: 'pot', quantity: 1 },
    { sku: 'tea', quantity: 2 },
  ],
}
const next: WantedOrder = { orderId: 'o-3', lines: [{ sku: 'tea', quantity: 1 }] }
const model = { orders: [wanted], skus: ['pot', 'tea'] }

beforeEach(async () => {
  shop = createInProcessShop(redis)
  await shop.stock({ pot: 1, tea: 5 })
})

const stateOf = async () => (await shop.keys())[orderKey('o-1')]?.st

/** The schedule and the stock function run until nothing is left; each record is consumed twice. */
async function comeToRest(): Promise<void> {
  for (let round = 0; round < 4; round++) {
    await shop.pass('o-1')
    await shop.schedule()
    await shop.consume(2)
  }
  expect(violationsAtRest(model, await shop.keys())).toEqual([])
}

/** The calls of a first request: 1-2 prices, 3 refusals, 4 begin, 5-6 holds, 7 accept, 8 Kafka, 9 list, 10 acknowledge. */
const CALLS = 10
const crashes = (calls: number) =>
  Array.from({ length: calls }, (_, index) => index + 1).flatMap((atCall) =>
    (['before', 'after'] as const).map((when): Crash => ({ atCall, when })),
  )
/** By the place of the crash. */
const rowOf = ({ atCall, when }: Crash): string => {
  const done = when === 'after' ? atCall : atCall - 1
  if (done < 4) return 'row 1: before begin'
  if (done === 4) return 'row 2: begun, nothing held'
  if (done === 5) return 'row 3: between two holds'
  if (done === 6) return 'row 4: all held, not accepted'
  if (done === 7) return 'row 5 and row 6: accepted, not in Kafka'
  return done < 10 ? 'row 7 and row 8: in Kafka, not acknowledged' : 'all done, the answer is lost'
}

test('a first request makes ten calls', async () => {
  expect(await shop.place(wanted)).toMatchObject({ answer: { status: 201 }, calls: CALLS })
})

test.each(crashes(CALLS).map((crash) => [rowOf(crash), crash] as const))(
  '%s: the client asks again (death %o)',
  async (_row, crash) => {
    expect((await shop.place(wanted, crash)).answer).toBeUndefined()
    expect(violationsNow(model, await shop.keys())).toEqual([])
    const again = await shop.place(wanted)
    const isRunning = (await stateOf()) === 'RESERVING'
    if (isRunning) {
      expect(again.answer).toMatchObject({ status: 409, body: { code: 'request_in_progress' } })
      await shop.pass('o-1')
    }
    const { answer } = await shop.place(wanted)
    expect([201, 202]).toContain(answer?.status)
    await comeToRest()
    expect(await stateOf()).toBe('CONFIRMED')
    expect((await shop.place(wanted)).answer?.status).toBe(201)
    expect(shop.kafka.log.filter(({ type }) => type === PLACED).length).toBeLessThanOrEqual(3)
  },
)

test.each(crashes(CALLS).map((crash) => [rowOf(crash), crash] as const))(
  '%s: nobody asks again (death %o)',
  async (_row, crash) => {
    await shop.place(wanted, crash)
    const accepted = crash.atCall > 7 || (crash.atCall === 7 && crash.when === 'after')
    await comeToRest()
    const begun = crash.atCall > 4 || (crash.atCall === 4 && crash.when === 'after')
    expect(await stateOf()).toBe(accepted ? 'CONFIRMED' : begun ? 'ABORTED' : undefined)
  },
)

test.each(crashes(CALLS))(
  'row 2 to row 8: a repeat that dies too, at call %o, changes nothing at rest',
  async (crash) => {
    await shop.place(wanted, { atCall: 6, when: 'after' })
    await shop.pass('o-1')
    await shop.place(wanted, crash)
    await shop.pass('o-1')
    await shop.place(wanted)
    await comeToRest()
    expect(await stateOf()).toBe('CONFIRMED')
  },
)

test('row 7: Kafka stored, the acknowledgement is lost: 202, published again, and nothing is done twice', async () => {
  shop.kafka.answer = 'stores, does not answer'
  expect((await shop.place(wanted)).answer).toMatchObject({ status: 202, body: { eventPublished: false } })
  shop.kafka.answer = 'stores'
  await shop.pass('o-1')
  await shop.schedule()
  expect(shop.kafka.log.map(({ eventId }) => eventId)).toEqual(['o-1:1', 'o-1:1'])
  await comeToRest()
  expect(await stateOf()).toBe('CONFIRMED')
})

test('row 9: Kafka says yes and stores nothing: the watch has it published again', async () => {
  shop.kafka.answer = 'acknowledges, does not store'
  expect((await shop.place(wanted)).answer?.status).toBe(201)
  expect(shop.kafka.log).toEqual([])
  shop.kafka.answer = 'stores'
  await shop.schedule()
  expect(shop.kafka.log).toEqual([])
  await comeToRest()
  expect(await stateOf()).toBe('CONFIRMED')
})

/** The calls of the stock function for a placed event: 1 look, 2-3 deductions, 4 confirm, 5 Kafka, 6 acknowledge, 7 read back. */
const rowOfSettling = ({ atCall, when }: Crash): string => {
  const done = when === 'after' ? atCall : atCall - 1
  if (done < 3) return 'row 10: not every line deducted'
  return done === 3 ? 'row 11: all deducted, not confirmed' : 'row 12: confirmed, the offset not committed'
}

test.each(crashes(7).map((crash) => [rowOfSettling(crash), crash] as const))(
  '%s: the stock function dies, and the record comes again (death %o)',
  async (row, crash) => {
    await shop.place(wanted)
    await shop.consume(1, crash).catch(() => undefined)
    expect(violationsNow(model, await shop.keys())).toEqual([])
    expect(await stateOf()).toBe(row.startsWith('row 12') ? 'CONFIRMED' : 'ACCEPTED')
    await comeToRest()
    expect(await stateOf()).toBe('CONFIRMED')
    expect(new Set(shop.kafka.log.map(({ eventId }) => eventId))).toEqual(new Set(['o-1:1', 'o-1:2']))
  },
)

/** What somebody writes into the topic about an order that is confirmed, or that does not exist. */
const forgeries: readonly [string, (placed: OrderEvent) => OrderEvent][] = [
  ['a placed event of no order', (placed) => ({ ...placed, orderId: 'o-9', eventId: 'o-9:1' })],
  ['a cancelled event', (placed) => ({ ...placed, type: CANCELLED, eventId: 'o-1:3', sequence: 3 })],
  ['the placed event dated 2099', (placed) => ({ ...placed, placedAt: '2099-01-01T00:00:00.000Z' })],
  [
    'the placed event with other lines',
    (placed) => ({ ...placed, lines: [{ sku: 'tea', quantity: 3, unitPriceMinor: 1 }] }),
  ],
]

test.each(forgeries)(
  'row 27: %s is refused and changes nothing; the next order flows',
  async (_what, forge) => {
    await shop.place(wanted)
    await comeToRest()
    const before = await shop.keys()
    const placed = shop.kafka.log[0] ?? expect.fail('nothing was placed')
    const forged = forge(placed)
    await expect(shop.settle(forged)).rejects.toMatchObject({ code: 'event_not_in_store' })
    expect(await shop.keys()).toEqual(before)
    expect((await shop.place(next)).answer?.status).toBe(201)
    await shop.consume()
    expect(violationsAtRest({ ...model, orders: [wanted, next] }, await shop.keys())).toEqual([])
  },
)

test('row 27: an order that Redis has lost is refused until it is rebuilt, and then settled by the same record', async () => {
  await shop.place(wanted)
  const lost = { order: await dump(orderKey('o-1')), events: await dump(eventsKey('o-1')) }
  await redis.use((client) => client.del(orderKey('o-1'), eventsKey('o-1')))
  await expect(shop.consume()).rejects.toMatchObject({ code: 'event_not_in_store' })
  await redis.use((client) => client.restore(orderKey('o-1'), 0, lost.order))
  await redis.use((client) => client.restore(eventsKey('o-1'), 0, lost.events))
  await comeToRest()
  expect(await stateOf()).toBe('CONFIRMED')
})

const dump = async (key: string): Promise<Buffer> =>
  (await redis.use((client) => client.dumpBuffer(key))) ?? expect.fail(`no ${key}`)

/** The rival takes the tea after this order's look-up, so that it is short while it holds the pot. */
const rival: WantedOrder = { orderId: 'o-2', lines: [{ sku: 'tea', quantity: 4 }] }

test.each([
  ...crashes(11).map((crash) => ['the client asks again', crash] as const),
  ...crashes(11).map((crash) => ['nobody asks again', crash] as const),
])('row 13: out of stock, a death on the way, and %s (%o)', async (what, crash) => {
  // A first attempt holds the pot and dies; then the tea is gone.
  await shop.place(wanted, { atCall: 5, when: 'after' })
  await shop.place(rival)
  await shop.pass('o-1')
  await shop.place(wanted, crash)
  await shop.pass('o-1')
  if (what === 'the client asks again') {
    expect((await shop.place(wanted)).answer).toMatchObject({ status: 409, body: { code: 'out_of_stock' } })
    expect(await stateOf()).toBe('REJECTED')
  }
  await shop.pass('o-1')
  await shop.schedule()
  await shop.consume()
  expect(violationsAtRest({ orders: [wanted, rival], skus: model.skus }, await shop.keys())).toEqual([])
  expect(await shop.place(rival)).toMatchObject({ answer: { status: 201 } })
})

test.each(crashes(8))(
  'row 14: a sweeper that dies at call %o leaves the rest to the next one',
  async (crash) => {
    await shop.place(wanted, { atCall: 6, when: 'after' })
    await shop.pass('o-1')
    // The first 256 calls ask each shard for what is due.
    await shop.schedule({ ...crash, atCall: 256 + crash.atCall }).catch(() => undefined)
    await comeToRest()
    expect(await stateOf()).toBe('ABORTED')
  },
)

test('row 14: a late sweeper cannot take away what a newer attempt holds', async () => {
  await shop.place(wanted, { atCall: 6, when: 'after' })
  await shop.pass('o-1')
  // It reads, aborts, and stops before it releases.
  await shop.schedule({ atCall: 256 + 3, when: 'before' }).catch(() => undefined)
  expect(await stateOf()).toBe('ABORTED')
  expect((await shop.place(wanted)).answer?.status).toBe(201)
  const { release } = createStockHolds(redis)
  const placedAt = shop.kafka.log[0]?.placedAt ?? ''
  expect(await release({ orderId: 'o-1', attempt: 1, placedAt }, 'pot', 1)).toBe('STALE')
  await comeToRest()
  expect(await stateOf()).toBe('CONFIRMED')
})

test('row 15 and row 16: a hold and an acceptance that come after the abort are refused', async () => {
  await shop.place(wanted, { atCall: 5, when: 'after' })
  const { order, attempt } = (await createOrders(redis).find('o-1')) ?? expect.fail('no order')
  await shop.pass('o-1')
  await shop.schedule()
  const holder = { orderId: 'o-1', attempt, placedAt: order.placedAt }
  const { reserve } = createStockHolds(redis)
  expect(await reserve(holder, 'pot', 1)).toEqual({ outcome: 'REFUSED' })
  expect(await reserve(holder, 'tea', 2)).toEqual({ outcome: 'REFUSED' })
  const event = { schemaVersion: 1, type: PLACED, occurredAt: order.placedAt, attempt } as const
  expect(await createOrders(redis).accept(attempt, '{}', { ...order, ...event })).toBe('FENCED')
  await comeToRest()
  expect(await stateOf()).toBe('ABORTED')
})

test.each(['before the stock function has read the order', 'after it', 'again, in the wrong order'])(
  'row 17: a cancellation gives the stock back once, read %s',
  async (when) => {
    await shop.place(wanted)
    if (when === 'after it') await shop.consume()
    expect((await shop.cancel('o-1')).status).toBe(200)
    if (when === 'again, in the wrong order') shop.kafka.log.reverse()
    await shop.consume(2)
    shop.rewind()
    await shop.consume()
    await comeToRest()
    expect(await stateOf()).toBe('CANCELLED')
    expect((await shop.cancel('o-1')).status).toBe(200)
  },
)

/** The calls of a cancellation: 1 order, 2 refusals, 3 move, 4 unpublished, 5-6 Kafka, 7 acknowledge. */
test.each(crashes(7))(
  'row 18: a cancellation that dies at call %o is published, or did not happen',
  async (crash) => {
    shop.kafka.answer = 'away'
    await shop.place(wanted)
    shop.kafka.answer = 'stores'
    await shop.cancel('o-1', crash)
    await comeToRest()
    const happened = crash.atCall > 3 || (crash.atCall === 3 && crash.when === 'after')
    expect(await stateOf()).toBe(happened ? 'CANCELLED' : 'CONFIRMED')
  },
)

test('row 18: a cancellation that Kafka has acknowledged and lost is published again, and the stock comes back', async () => {
  await shop.place(wanted)
  await shop.consume()
  shop.kafka.answer = 'acknowledges, does not store'
  expect((await shop.cancel('o-1')).status).toBe(200)
  shop.kafka.answer = 'stores'
  await comeToRest()
  expect(await stateOf()).toBe('CANCELLED')
})

test('row 22: Redis away is 503 with Retry-After, and the same request is taken when it is back', async () => {
  const away = createRedis('redis://127.0.0.1:1')
  try {
    const answer = (await createInProcessShop(away).place(wanted)).answer
    expect(answer).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
      body: { code: 'redis_unavailable', retryable: true },
    })
  } finally {
    away.close()
  }
  expect((await shop.place(wanted)).answer?.status).toBe(201)
})
