import { expect, test } from 'vitest'
import * as z from 'zod'
import { AppError } from '../../shared/errors.ts'
import { toDeadLetter } from '../../shared/kafka/dead-letter.ts'
import type { OutgoingRecord } from '../../shared/kafka/producer.ts'
import { CANCELLED, CONFIRMED, type OrderEvent, PLACED } from '../../shared/orders/order-event.ts'
import { toRecord } from '../../shared/orders/order-record.ts'
import { callHttp } from '../../shared/testing/call-http.ts'
import { testContext } from '../../shared/testing/context.ts'
import { mskEvent, type TestRecord } from '../../shared/testing/msk-event.ts'
import { placed as placedEvent } from '../../shared/testing/placed-event.ts'
import { recordingLog } from '../../shared/testing/recording-log.ts'
import { createMemoryFreeze } from './freeze.memory.ts'
import { createMemoryOrderProgress } from './order-progress.memory.ts'
import { type StockEvent, toStockRecord } from './stock-event.ts'
import { createStockHandler, type StockHandlerDeps } from './stock-handler.ts'
import { createMemoryStockItems } from './stock-items.memory.ts'
import { createMemoryStockLedger } from './stock-ledger.memory.ts'
import { createMemoryStockRebuild } from './stock-rebuild.memory.ts'

const placed: OrderEvent = {
  ...placedEvent,
  orderId: 'o-1',
  eventId: 'o-1:1',
  totalMinor: 900,
  lines: [{ sku: 'tea', quantity: 2, unitPriceMinor: 450 }],
}
/** Of an order that was confirmed before. */
const cancelled: OrderEvent = { ...placed, type: CANCELLED, eventId: 'o-1:3', sequence: 3 }
const of = (orderId: string): OrderEvent => ({ ...placed, orderId, eventId: `${orderId}:1` })

/** The event's record as the producer writes it, at an offset. */
function recordOf(event: OrderEvent, offset = 0, partition = 0): TestRecord {
  return { ...toRecord(event), offset, partition }
}

const answer = z.object({
  batchItemFailures: z.array(
    z.object({ itemIdentifier: z.object({ partition: z.string(), offset: z.number() }) }),
  ),
})

async function setup(override: (deps: StockHandlerDeps) => Partial<StockHandlerDeps> = () => ({})) {
  const stockItems = createMemoryStockItems()
  const ledger = createMemoryStockLedger(stockItems.records)
  const progress = createMemoryOrderProgress()
  const { log, entries } = recordingLog()
  const sent: OrderEvent[] = []
  const deadLetters: OutgoingRecord[] = []
  const now = () => new Date('2026-11-24T10:00:01.000Z')
  const changesSent: StockEvent[] = []
  const deps: StockHandlerDeps = {
    items: stockItems,
    outbox: stockItems,
    rebuild: createMemoryStockRebuild({ stockItems, ledger, progress }),
    freeze: createMemoryFreeze(stockItems.records),
    ledger,
    progress,
    sendChange: async (event) => void changesSent.push(event),
    send: async (event) => void sent.push(event),
    deadLetter: async (record, reason) => void deadLetters.push(toDeadLetter(record, 'stock', reason, now())),
    log,
    now,
  }
  const handler = createStockHandler({ ...deps, ...override(deps) })
  await deps.items.put('tea', { name: 'Tea', priceMinor: 450, currency: 'EUR', onHand: 5 }, 'absent')

  const deliver = async (...records: TestRecord[]) => {
    const { batchItemFailures } = answer.parse(await handler(mskEvent(records), testContext()))
    return batchItemFailures.map(
      ({ itemIdentifier }) => `${itemIdentifier.partition}@${itemIdentifier.offset}`,
    )
  }
  /** An order as the order function leaves it: accepted, its lines held. */
  const accept = async (event: OrderEvent) => {
    await progress.written(event)
    for (const { sku, quantity } of event.lines) await ledger.hold(event, sku, quantity)
  }
  const tea = async () => {
    const { onHand, reserved, sold } = (await deps.items.find('tea')) ?? {}
    return { onHand, reserved, sold }
  }
  const http = (method: 'GET' | 'PUT', sku: string, body?: unknown, headers: Record<string, string> = {}) =>
    callHttp(handler, {
      method,
      path: `/stock/${sku}`,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const adjust = (
    sku: string,
    body: unknown,
    headers: Record<string, string> = { 'idempotency-key': 'k-1' },
  ) =>
    callHttp(handler, {
      method: 'POST',
      path: `/stock/${sku}/adjustments`,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  const list = (query: Readonly<Record<string, string>> = {}) =>
    callHttp(handler, { method: 'GET', path: '/stock', query })
  const relay = () => handler({ source: 'aws.events', 'detail-type': 'Scheduled Event' }, testContext(30_000))
  const reconcile = (step: string, ...records: TestRecord[]) =>
    handler(
      { source: 'order-pipeline.reconcile', 'detail-type': step, detail: mskEvent(records) },
      testContext(),
    )
  return {
    ...{ ...progress, deliver, accept, tea, http, adjust, list, relay, reconcile },
    ...{ sent, changesSent, deadLetters, entries, hold: ledger.hold },
  }
}

test('row 26: an event of an order placed past the horizon is parked: its ledger may be dropped', async () => {
  const { deliver, deadLetters } = await setup()
  const old = { ...of('old'), placedAt: '2026-11-08T10:00:00.999Z' }
  await deliver(recordOf(old, 0), recordOf({ ...old, type: CANCELLED, eventId: 'old:2', sequence: 2 }, 1))
  expect(deadLetters).toMatchObject([
    { headers: { 'x-dlq-reason': expect.stringContaining('event_too_old') as string } },
    { headers: { 'x-dlq-reason': expect.stringContaining('event_too_old') as string } },
  ])
})

test('deducts a placed order, confirms it, publishes that and notes the event as read back', async () => {
  const { accept, deliver, tea, sent, stateOf, unread, published } = await setup()
  await accept(placed)
  expect(await deliver(recordOf(placed))).toEqual([])
  expect(await tea()).toEqual({ onHand: 3, reserved: 0, sold: 2 })
  expect(stateOf('o-1')).toBe('CONFIRMED')
  expect(sent).toEqual([
    { ...placed, type: CONFIRMED, eventId: 'o-1:2', sequence: 2, occurredAt: '2026-11-24T10:00:01.000Z' },
  ])
  expect(unread('o-1')).toEqual([2])
  expect(published('o-1')).toBe(2)
})

test('a record delivered again changes nothing and announces nothing', async () => {
  const { accept, deliver, tea, sent, unread } = await setup()
  await accept(placed)
  await deliver(recordOf(placed), recordOf(placed, 1))
  expect(await deliver(recordOf(placed))).toEqual([])
  expect(await tea()).toEqual({ onHand: 3, reserved: 0, sold: 2 })
  expect(sent).toHaveLength(1)
  expect(unread('o-1')).toEqual([2])
})

test('leaves the confirmation to the relay when Kafka does not take it, and goes on', async () => {
  const { accept, deliver, stateOf, unread, published } = await setup(() => ({
    send: () => Promise.reject(new AppError('unavailable', 'kafka_unavailable', 'away')),
  }))
  await accept(placed)
  expect(await deliver(recordOf(placed))).toEqual([])
  expect(stateOf('o-1')).toBe('CONFIRMED')
  expect(unread('o-1')).toEqual([2])
  expect(published('o-1')).toBe(0)
})

test('notes its own confirmation as read back and changes no stock', async () => {
  const { accept, deliver, tea, sent, unread } = await setup()
  await accept(placed)
  await deliver(recordOf(placed))
  for (const event of [...sent]) await deliver(recordOf(event, 1))
  expect(unread('o-1')).toEqual([])
  expect(await tea()).toEqual({ onHand: 3, reserved: 0, sold: 2 })
})

test('restocks a cancelled order once', async () => {
  const { accept, deliver, tea, written } = await setup()
  await accept(placed)
  await deliver(recordOf(placed))
  await written(cancelled)
  await deliver(recordOf(cancelled, 1), recordOf(cancelled, 2))
  expect(await tea()).toEqual({ onHand: 5, reserved: 0, sold: 0 })
})

test('a cancellation that overtakes its order frees the stock, and the order then deducts nothing', async () => {
  const { accept, deliver, tea, sent, written } = await setup()
  const early = { ...cancelled, eventId: 'o-1:2', sequence: 2 }
  await accept(placed)
  await written(early)
  expect(await deliver(recordOf(early), recordOf(placed, 1))).toEqual([])
  expect(await tea()).toEqual({ onHand: 5, reserved: 0, sold: 0 })
  expect(sent).toEqual([])
})

test('row 24: cancels an accepted order whose stock is lost, gives back what it had deducted, and says why', async () => {
  const { accept, deliver, tea, sent, stateOf, entries, written } = await setup()
  const line = { sku: 'tea', unitPriceMinor: 450 }
  const lost: OrderEvent = { ...of('o-2'), lines: [{ ...line, quantity: 4 }] }
  await accept(placed)
  await written(lost)
  expect(await deliver(recordOf(lost))).toEqual([])
  expect(stateOf('o-2')).toBe('CANCELLED')
  expect(sent).toMatchObject([{ type: CANCELLED, eventId: 'o-2:2', reason: 'stock_lost' }])
  expect(entries.some(({ level }) => level === 'error')).toBe(true)
  for (const event of [...sent]) await deliver(recordOf(event, 1))
  expect(await tea()).toEqual({ onHand: 5, reserved: 2, sold: 0 })
})

test('row 24: deducts without a hold after lost data, and says so', async () => {
  const { deliver, written, tea, entries } = await setup()
  await written(placed)
  await deliver(recordOf(placed))
  expect(await tea()).toEqual({ onHand: 3, reserved: 0, sold: 2 })
  expect(entries).toMatchObject([{ level: 'error', fields: { orderId: 'o-1', sku: 'tea' } }])
})

const ours = { ce_type: PLACED }
const unknownSku = { ...of('o-8'), lines: [{ sku: 'gone', quantity: 1, unitPriceMinor: 1 }] }
test.each<[string, Partial<TestRecord>, string]>([
  ['bad JSON', { value: '{"orderId":', headers: ours }, 'event_invalid'],
  ['no value', { value: null, headers: ours }, 'event_invalid'],
  ['neither value nor headers', { value: null }, 'event_invalid'],
  ['a broken schema', { value: '{}', headers: ours }, 'event_invalid'],
  [
    'a line without quantity',
    { value: JSON.stringify({ ...placed, lines: [{ sku: 'tea' }] }), headers: ours },
    'event_invalid',
  ],
  [
    'an unknown major version',
    { value: '{}', headers: { ce_type: 'com.example.order.placed.v2' } },
    'event_invalid',
  ],
  [
    'an unknown major version in the value only',
    { value: JSON.stringify({ ...placed, type: 'com.example.order.placed.v2' }) },
    'event_invalid',
  ],
  [
    'an order that Redis does not have',
    { value: JSON.stringify(of('gone')), headers: ours },
    'event_not_in_store',
  ],
  ['a SKU without a record', { value: JSON.stringify(unknownSku), headers: ours }, 'unknown_sku'],
])(
  'row 25: dead-letters %s as it came, with the reason, and goes on in the partition',
  async (_what, bad, code) => {
    const { accept, deliver, deadLetters, stateOf } = await setup()
    await accept(of('o-9'))
    await accept(unknownSku)
    const record = { topic: 'order-topic', key: 'k', offset: 7, partition: 3, ...bad }
    expect(await deliver(record, recordOf(of('o-9'), 8, 3))).toEqual([])
    expect(deadLetters).toEqual([
      {
        topic: 'order-topic.stock.dlq',
        key: Buffer.from('k'),
        value: typeof bad.value === 'string' ? Buffer.from(bad.value) : null,
        headers: {
          ...Object.fromEntries(
            Object.entries(bad.headers ?? {}).map(([name, text]) => [name, [Buffer.from(String(text))]]),
          ),
          'x-dlq-reason': expect.stringMatching(new RegExp(`^${code}: `)) as string,
          'x-dlq-topic': 'order-topic',
          'x-dlq-partition': '3',
          'x-dlq-offset': '7',
          'x-dlq-count': '1',
          'x-dlq-at': '2026-11-24T10:00:01.000Z',
        },
      },
    ])
    expect(stateOf('o-9')).toBe('CONFIRMED')
  },
)

test('reports a record whose dead letter was not stored, and all behind it', async () => {
  const { deliver } = await setup(() => ({
    deadLetter: () => Promise.reject(new AppError('unavailable', 'kafka_unavailable', 'away')),
  }))
  const bad: TestRecord = { topic: 'order-topic', value: 'no', headers: ours, offset: 4 }
  expect(await deliver(bad, recordOf(placed, 5))).toEqual(['order-topic-0@4', 'order-topic-0@5'])
})

test("skips a type that is somebody else's, by header or by value", async () => {
  const { deliver, deadLetters, sent } = await setup()
  const foreign = 'com.example.invoice.sent.v1'
  const value = JSON.stringify({ type: foreign })
  const topic = 'order-topic'
  expect(
    await deliver({ topic, value: 'not ours', headers: { ce_type: foreign } }, { topic, value, offset: 1 }),
  ).toEqual([])
  expect([deadLetters, sent]).toEqual([[], []])
})

test('reports the record at which Redis is away and all behind it in its partition, and does every other order', async () => {
  const { accept, deliver, deadLetters, stateOf } = await setup(({ ledger }) => ({
    ledger: {
      ...ledger,
      deduct: async (holder, ...rest) => {
        if (holder.orderId === 'o-2') throw new AppError('unavailable', 'redis_unavailable', 'away')
        return ledger.deduct(holder, ...rest)
      },
    },
  }))
  const events = ['o-1', 'o-2', 'o-3', 'o-4'].map((orderId) => ({
    ...of(orderId),
    lines: [{ sku: 'tea', quantity: 1, unitPriceMinor: 1 }],
  }))
  for (const event of events) await accept(event)
  const records = events.map((event, index) => recordOf(event, 10 + index, index === 3 ? 1 : 0))
  expect(await deliver(...records)).toEqual(['order-topic-0@11', 'order-topic-0@12'])
  expect(deadLetters).toEqual([])
  expect(['o-1', 'o-2', 'o-3', 'o-4'].map(stateOf)).toEqual([
    'CONFIRMED',
    'ACCEPTED',
    'CONFIRMED',
    'CONFIRMED',
  ])
})

test('a defect is retried, never dead-lettered', async () => {
  const { accept, deliver, deadLetters } = await setup(({ ledger }) => ({
    ledger: { ...ledger, deduct: () => Promise.reject(new TypeError('bug')) },
  }))
  await accept(placed)
  expect(await deliver(recordOf(placed))).toEqual(['order-topic-0@0'])
  expect(deadLetters).toEqual([])
})

const LOST = 'Redis has lost writes: run npm run reconcile'
const FORGED = 'It looks forged'
const confirmed: OrderEvent = { ...placed, type: CONFIRMED, eventId: 'o-1:2', sequence: 2 }
const later = { eventId: 'o-1:3', sequence: 3 }
const otherLines = { totalMinor: 450, lines: [{ sku: 'tea', quantity: 1, unitPriceMinor: 450 }] }

/** By what a forger, or a Redis that has lost writes, has the stock function read about an order that is confirmed. */
test.each<[string, OrderEvent, string]>([
  ['a placed event of an order that is unknown', of('o-7'), LOST],
  ['a confirmed event of an order that is unknown', { ...confirmed, orderId: 'o-7', eventId: 'o-7:2' }, LOST],
  ['a cancelled event of an order that is unknown', { ...cancelled, orderId: 'o-7', eventId: 'o-7:3' }, LOST],
  ['a cancelled event that the order does not have', cancelled, LOST],
  ['a cancelled event under the sequence of another event', { ...confirmed, type: CANCELLED }, LOST],
  ['a placed event again, under the next sequence', { ...placed, ...later }, LOST],
  ['the placed event with another attempt', { ...placed, attempt: 2 }, LOST],
  ['the placed event of another day', { ...placed, placedAt: '2026-11-23T10:00:00.000Z' }, LOST],
  [
    'an order of the same id that was placed before, for another price',
    { ...placed, ...otherLines, placedAt: '2026-11-23T10:00:00.000Z' },
    LOST,
  ],
  [
    'an order of the same id that was placed after, with other lines',
    { ...placed, ...otherLines, placedAt: '2026-11-24T10:00:00.001Z' },
    FORGED,
  ],
  ['the placed event dated 2099', { ...placed, placedAt: '2099-01-01T00:00:00.000Z' }, FORGED],
  [
    'a placed event dated 2099 of an unknown order',
    { ...of('o-7'), placedAt: '2099-01-01T00:00:00.000Z' },
    FORGED,
  ],
  ['the placed event with other lines', { ...placed, ...otherLines }, FORGED],
  ['a cancelled event with other lines', { ...cancelled, ...otherLines }, FORGED],
  ['the confirmed event with another address', { ...confirmed, email: 'other@example.test' }, FORGED],
])(
  'row 27: %s changes nothing and is a dead letter that says what it looks like',
  async (_what, event, looks) => {
    const { accept, deliver, tea, deadLetters, sent, stateOf, unread } = await setup()
    await accept(placed)
    await deliver(recordOf(placed))
    const before = { tea: await tea(), unread: unread('o-1'), sent: [...sent] }
    // Twice, as each is delivered at least once.
    expect(await deliver(recordOf(event, 1), recordOf(event, 2))).toEqual([])
    expect({ tea: await tea(), unread: unread('o-1'), sent }).toEqual(before)
    expect([stateOf('o-1'), stateOf('o-7')]).toEqual(['CONFIRMED', undefined])
    const reasons = deadLetters.map(({ headers }) => String(headers['x-dlq-reason']))
    expect(reasons).toHaveLength(2)
    for (const reason of reasons) {
      expect(reason).toMatch(/^event_not_in_store: /)
      expect(reason).toContain(looks)
      expect(reason.length).toBeLessThan(1000)
    }
    await accept(of('o-9'))
    await deliver(recordOf(of('o-9'), 3))
    expect(stateOf('o-9')).toBe('CONFIRMED')
  },
)

test('row 27: a forged event deducts nothing of what an order holds that is not accepted yet', async () => {
  const { hold, deliver, tea } = await setup()
  await hold(placed, 'tea', 2)
  await deliver(recordOf(placed))
  expect(await tea()).toEqual({ onHand: 5, reserved: 2, sold: 0 })
})

test('a record that leaves out what an older version does not know, or adds what a newer one does, is the same event', async () => {
  const { accept, deliver, tea, sent, deadLetters } = await setup()
  const fingerprint = 'f'.repeat(64)
  await accept({ ...placed, fingerprint })
  const { attempt, ...rest } = placed
  const value = JSON.stringify({ ...rest, giftNote: 'later', attempt })
  expect(await deliver({ topic: 'order-topic', value, headers: ours })).toEqual([])
  expect(deadLetters).toEqual([])
  expect(await tea()).toEqual({ onHand: 3, reserved: 0, sold: 2 })
  expect(sent).toMatchObject([{ eventId: 'o-1:2', fingerprint }])
})

test('a confirmation that comes after its order was forgotten is parked as too old', async () => {
  const { deliver, deadLetters } = await setup()
  await deliver(recordOf({ ...confirmed, placedAt: '2026-08-01T10:00:00.000Z' }))
  expect(deadLetters[0]?.headers['x-dlq-reason']).toMatch(/^event_too_old: /)
})

test('a late confirmation of an order that is kept is read back, however old', async () => {
  const { written, deliver, deadLetters, unread } = await setup()
  const placedAt = '2026-10-01T10:00:00.000Z'
  await written({ ...placed, placedAt })
  await written({ ...confirmed, placedAt })
  await deliver(recordOf({ ...confirmed, placedAt }))
  expect(deadLetters).toEqual([])
  expect(unread('o-1')).toEqual([1])
})

test('an event in the topic of another kind is a dead letter, and not read back: its readers do not find it there', async () => {
  const { accept, deliver, deadLetters, unread, http, changesSent, relay } = await setup()
  await accept(placed)
  await http('PUT', 'pot', pot, { 'if-none-match': '*' })
  const change = changesSent.at(-1) ?? expect.fail('no change was sent')
  await deliver(
    { ...recordOf(placed), topic: 'stock-topic' },
    { ...toStockRecord(change), topic: 'order-topic' },
  )
  expect(deadLetters.map(({ headers }) => String(headers['x-dlq-reason']).split(':')[0])).toEqual([
    'event_invalid',
    'event_invalid',
  ])
  expect(unread('o-1')).toEqual([1])
  await relay()
  expect(changesSent.filter(({ eventId }) => eventId === 'pot:1')).toHaveLength(2)
})

const pot = { name: 'Pot', priceMinor: 2000, currency: 'EUR', onHand: 1 }

test('PUT creates a SKU once with If-None-Match, and GET shows it with its ETag', async () => {
  const { http } = await setup()
  const created = { sku: 'pot', ...pot, reserved: 0, available: 1, sold: 0 }
  expect(await http('PUT', 'pot', pot, { 'if-none-match': '*' })).toMatchObject({
    status: 201,
    body: created,
  })
  expect(await http('PUT', 'pot', pot, { 'if-none-match': '*' })).toMatchObject({
    status: 412,
    body: { code: 'precondition_failed', retryable: false },
  })
  const shown = await http('GET', 'pot')
  expect(shown).toMatchObject({ status: 200, headers: { etag: '"1"' } })
  expect(shown.body).toEqual(created)
})

test('PUT changes a SKU only with the ETag that is current', async () => {
  const { http } = await setup()
  await http('PUT', 'pot', pot, { 'if-none-match': '*' })
  const changed = await http('PUT', 'pot', { ...pot, onHand: 4 }, { 'if-match': '"1"' })
  expect(changed).toMatchObject({ status: 200, headers: { etag: '"2"' }, body: { onHand: 4 } })
  for (const headers of [{ 'if-match': '"1"' }, { 'if-match': '2' }, {}] as const) {
    expect((await http('PUT', 'pot', pot, headers)).status).toBe(412)
  }
})

test('PUT never sets less than orders hold', async () => {
  const { http, accept } = await setup()
  await accept(placed)
  expect(await http('PUT', 'tea', { ...pot, onHand: 1 }, { 'if-match': '"1"' })).toMatchObject({
    status: 409,
    body: { code: 'stock_reserved' },
  })
})

test('GET of a SKU without a record is 404', async () => {
  expect(await (await setup()).http('GET', 'gone')).toMatchObject({
    status: 404,
    body: { code: 'sku_not_found' },
  })
})

test.each([
  ['tea}{x', pot],
  ['__proto__', pot],
  ['s'.repeat(65), pot],
  ['new', { ...pot, onHand: -1 }],
  ['new', { ...pot, onHand: 1.5 }],
  ['new', { ...pot, priceMinor: 2 ** 53 }],
  ['new', { ...pot, currency: 'euro' }],
  ['new', { ...pot, name: '' }],
  ['new', { ...pot, reserved: 0 }],
  ['new', null],
])('PUT /stock/%s of %j is refused and stores nothing', async (sku, body) => {
  const { http } = await setup()
  expect(await http('PUT', sku, body, { 'if-none-match': '*' })).toMatchObject({
    status: 422,
    body: { code: 'validation_failed' },
  })
  expect((await http('GET', sku)).status).toBe(404)
})

test('an adjustment is made once per key, published with the record after it, and answered the same again', async () => {
  const { adjust, changesSent, http } = await setup()
  const first = await adjust('tea', { delta: 3, reason: 'delivery' })
  expect(first).toMatchObject({
    status: 200,
    headers: { etag: '"2"' },
    body: { sku: 'tea', delta: 3, reason: 'delivery', onHand: 8, reserved: 0, available: 8, sold: 0 },
  })
  expect(changesSent.at(-1)).toMatchObject({ eventId: 'tea:2', onHand: 8, received: 8, delta: 3 })
  const sent = changesSent.length
  const again = await adjust('tea', { delta: 3, reason: 'delivery' }, { 'idempotency-key': '"k-1"' })
  expect(again).toEqual({ ...first, headers: { ...first.headers, 'idempotent-replayed': 'true' } })
  expect(changesSent).toHaveLength(sent)
  expect(await http('GET', 'tea')).toMatchObject({ body: { onHand: 8 } })
})

test.each([
  ['another body with the same key', { delta: 4, reason: 'delivery' }, 422, 'idempotency_key_reused'],
  ['a delta of 0', { delta: 0, reason: 'r' }, 422, 'validation_failed'],
  ['a fraction', { delta: 0.5, reason: 'r' }, 422, 'validation_failed'],
  ['no reason', { delta: 1 }, 422, 'validation_failed'],
])('refuses an adjustment with %s, and changes nothing', async (_what, body, status, code) => {
  const { adjust, changesSent } = await setup()
  await adjust('tea', { delta: 3, reason: 'delivery' })
  const sent = changesSent.length
  expect(await adjust('tea', body)).toMatchObject({ status, body: { code } })
  expect(changesSent).toHaveLength(sent)
})

test('refuses an adjustment without a key, of no SKU, and below what orders hold', async () => {
  const { adjust, accept } = await setup()
  const taken = { delta: -4, reason: 'broken' }
  expect(await adjust('tea', taken, {})).toMatchObject({
    status: 400,
    body: { code: 'idempotency_key_missing' },
  })
  expect(await adjust('gone', taken)).toMatchObject({ status: 404, body: { code: 'sku_not_found' } })
  await accept(placed)
  expect(await adjust('tea', taken)).toMatchObject({ status: 409, body: { code: 'stock_reserved' } })
})

test('lists the stock in pages', async () => {
  const { http, list } = await setup()
  await http('PUT', 'pot', pot, { 'if-none-match': '*' })
  const potShown = { sku: 'pot', ...pot, reserved: 0, available: 1, sold: 0 }
  expect((await list({ limit: '1' })).body).toEqual({ items: [potShown], nextCursor: 'pot' })
  expect((await list({ limit: '5', cursor: 'pot' })).body).toMatchObject({ items: [{ sku: 'tea' }] })
  for (const query of [{ limit: '0' }, { limit: '201' }, { cursor: 'a b' }] as const) {
    expect(await list(query)).toMatchObject({ status: 422, body: { code: 'validation_failed' } })
  }
})

test('a change that Kafka does not take stands, and the relay publishes it until it is read back', async () => {
  let away = true
  const { http, relay, deliver, changesSent } = await setup(({ sendChange }) => ({
    sendChange: (event) =>
      away ? Promise.reject(new AppError('unavailable', 'kafka_unavailable', 'away')) : sendChange(event),
  }))
  expect((await http('PUT', 'pot', pot, { 'if-none-match': '*' })).status).toBe(201)
  await relay()
  expect(changesSent).toEqual([])
  away = false
  await relay()
  await relay()
  expect(changesSent.filter(({ eventId }) => eventId === 'pot:1')).toHaveLength(2)
  await deliver(...changesSent.map((event) => ({ ...toStockRecord(event) })))
  await relay()
  expect(changesSent.filter(({ eventId }) => eventId === 'pot:1')).toHaveLength(2)
})

test.each([
  ['bad JSON', '{"sku":', 'event_invalid'],
  ['a broken schema', '{"sku":"tea"}', 'event_invalid'],
])('dead-letters a change of stock with %s', async (_what, value, code) => {
  const { deliver, deadLetters } = await setup()
  const headers = { ce_type: 'com.example.stock.adjusted.v1' }
  expect(await deliver({ topic: 'stock-topic', value, headers }, { topic: 'stock-topic', value })).toEqual([])
  expect(deadLetters.map(({ topic }) => topic)).toEqual(['stock-topic.stock.dlq', 'stock-topic.stock.dlq'])
  expect(deadLetters[0]?.headers['x-dlq-reason']).toMatch(new RegExp(`^${code}: `))
})

const LOST_CHANGE = 'Redis has lost this change'
const before = { occurredAt: '2026-11-01T10:00:00.000Z' }

test.each<[string, Partial<StockEvent>, string]>([
  ['another amount', { onHand: 900, received: 900, delta: 900 }, FORGED],
  ['another name', { name: 'Pan' }, FORGED],
  ['another name from later', { name: 'Pan', occurredAt: '2099-01-01T00:00:00.000Z' }, FORGED],
  ['another amount from before, which Redis may have lost', { delta: 900, ...before }, LOST_CHANGE],
  ['another time, as of a SKU that was created anew', before, LOST_CHANGE],
  ['a revision that the SKU does not have yet', { revision: 2, eventId: 'pot:2' }, LOST],
  ['a SKU that is unknown', { sku: 'pan', eventId: 'pan:1' }, LOST],
])(
  'row 27: a change of stock with %s is a dead letter, and the true one is published until it is read back',
  async (_what, forged, looks) => {
    const { http, relay, deliver, changesSent, deadLetters } = await setup()
    await http('PUT', 'pot', pot, { 'if-none-match': '*' })
    const change = changesSent.at(-1) ?? expect.fail('no change was sent')
    const sentOften = () => changesSent.filter(({ eventId }) => eventId === 'pot:1').length
    await deliver({ ...toStockRecord({ ...change, ...forged }) })
    const reason = String(deadLetters[0]?.headers['x-dlq-reason'])
    expect(reason).toMatch(/^event_not_in_store: /)
    expect(reason).toContain(looks)
    // Only a revision that Redis does not have is restored from the record.
    const isRestored = forged.eventId !== undefined
    expect(reason).toContain(
      isRestored ? 'which reconcile would believe' : 'npm run reconcile keeps what Redis has',
    )
    await relay()
    expect(sentOften()).toBe(2)
    await deliver({ ...toStockRecord(change) }, { ...toStockRecord(change), offset: 1 })
    await relay()
    expect(sentOften()).toBe(2)
    expect(deadLetters).toHaveLength(1)
  },
)

test('while a reconcile runs nothing is changed, and whether a SKU is missing cannot be said', async () => {
  const { http, adjust, reconcile } = await setup()
  await reconcile('freeze')
  // 412 and not 503: a runner that starts meanwhile must get past its seed.
  expect(await http('PUT', 'pot', pot, { 'if-none-match': '*' })).toMatchObject({ status: 412 })
  const refused = { status: 503, body: { code: 'stock_frozen', retryable: true } }
  expect(await http('PUT', 'tea', pot, { 'if-match': '"1"' })).toMatchObject(refused)
  expect(await adjust('tea', { delta: 1, reason: 'delivery' })).toMatchObject(refused)
  expect((await http('GET', 'pot')).status).toBe(404)
  await reconcile('unfreeze')
  expect((await http('PUT', 'pot', pot, { 'if-none-match': '*' })).status).toBe(201)
})
