import { expect, test, vi } from 'vitest'
import { mskRecord } from '../testing/msk-event.ts'
import { MAX_BODY_BYTES } from './constants.ts'
import {
  CANCELLED,
  CONFIRMED,
  type OrderEvent,
  parseStoredEvent,
  PLACED,
  toOrderEvent,
} from './order-event.ts'
import { fromRecord, toRecord } from './order-record.ts'

/** As it lies in topics already: every later reader has to take it. */
const SAMPLE = `{"schemaVersion":1,"type":"com.example.order.placed.v1","orderId":"ord_1","attempt":1,
"occurredAt":"2026-11-24T15:00:00.000Z","placedAt":"2026-11-24T15:00:00.000Z","customerId":"c-42",
"email":"c-42@example.test","currency":"EUR","totalMinor":2598,
"lines":[{"sku":"SKU-1","quantity":2,"unitPriceMinor":1299}],"eventId":"ord_1:1","sequence":1}`

const event = toOrderEvent(parseStoredEvent(SAMPLE), 1)
const topic = 'order-topic'
const asMsk = (one: OrderEvent) => mskRecord({ ...toRecord(one) })

test.each([PLACED, CONFIRMED, CANCELLED] as const)(
  'an event of type %s comes back from its record as it was',
  (type) => {
    expect(fromRecord(asMsk({ ...event, type }))).toEqual({ ...event, type })
  },
)

test('a record is keyed by order and carries the CloudEvents attributes, the sequence sortable as text', () => {
  const { key, headers } = toRecord({ ...event, sequence: 12 })
  expect(key).toBe('ord_1')
  expect(headers).toEqual({
    ce_specversion: '1.0',
    ce_id: 'ord_1:1',
    ce_source: '/order-service',
    ce_type: PLACED,
    ce_time: '2026-11-24T15:00:00.000Z',
    ce_subject: 'ord_1',
    ce_partitionkey: 'ord_1',
    ce_sequence: '0000000012',
    'content-type': 'application/json',
  })
})

test('the fingerprint of the request travels as a header and not in the value', () => {
  const placed = { ...event, fingerprint: 'f1' }
  expect(toRecord(placed).headers).toMatchObject({ 'x-order-fingerprint': 'f1' })
  expect(toRecord(placed).value).toBe(toRecord(event).value)
  expect(fromRecord(asMsk(placed))).toEqual(placed)
})

test('reads the event that lies in topics already, also without headers and with fields it does not know', () => {
  expect(fromRecord(mskRecord({ topic, value: SAMPLE }))).toEqual(event)
  const newer = { ...event, giftWrap: true, lines: [{ ...event.lines[0], colour: 'red' }] }
  expect(fromRecord(mskRecord({ topic, value: JSON.stringify(newer) }))).toEqual(event)
})

test('text that is not ASCII survives value and headers', () => {
  const one = { ...event, reason: 'Übergröße, 在庫切れ' }
  expect(fromRecord(asMsk(one))).toEqual(one)
})

test.each([
  'com.example.invoice.sent.v1',
  'com.example.order.placed',
  'com.example.order.placed.v1.x',
  `com.example.order.placed.v${'1'.repeat(1000)}`,
  '',
])('a record of the foreign type "%s" is skipped without looking at its value', (type) => {
  expect(fromRecord(mskRecord({ topic, value: 'not JSON', headers: { ce_type: type } }))).toBeUndefined()
})

test('a foreign type in the value is skipped when the header is lost', () => {
  expect(fromRecord(mskRecord({ topic, value: '{"type":"com.example.invoice.sent.v1"}' }))).toBeUndefined()
})

const invalid = { kind: 'invalid', code: 'event_invalid' }
const changed = (change: object) => JSON.stringify({ ...event, ...change })

test.each<[string, string | null]>([
  ['no value', null],
  ['an empty value', ''],
  ['bad JSON', '{'],
  ['null', 'null'],
  ['text', '"x"'],
  ['another major version', changed({ type: 'com.example.order.placed.v12' })],
  ['another schema version', changed({ schemaVersion: 2 })],
  ['no lines', changed({ lines: [] })],
  ['a negative quantity', changed({ lines: [{ sku: 'a', quantity: -1, unitPriceMinor: 1 }] })],
  ['a fractional price', changed({ lines: [{ sku: 'a', quantity: 1, unitPriceMinor: 0.5 }] })],
  ['a total past 2^53', changed({ totalMinor: 2 ** 53 })],
  ['a time that is none', changed({ placedAt: 'yesterday' })],
  ['no event id', changed({ eventId: '' })],
  ['an event id that is not of its order and sequence', changed({ eventId: 'of' })],
  ['an order id that no request can have', changed({ orderId: 'a:b', eventId: 'a:b:1' })],
  ['a customer id that no request can have', changed({ customerId: 'c}' })],
  ['a SKU that no request can have', changed({ lines: [{ sku: 'a b', quantity: 1, unitPriceMinor: 1 }] })],
  ['a quantity over the limit', changed({ lines: [{ sku: 'a', quantity: 10_001, unitPriceMinor: 1 }] })],
  ['a price over the limit', changed({ lines: [{ sku: 'a', quantity: 1, unitPriceMinor: 1e9 + 1 }] })],
  ['a total over the limit', changed({ totalMinor: 1e15 + 1 })],
  ['a currency of other characters', changed({ currency: '1€?' })],
  ['a reason without end', changed({ reason: 'x'.repeat(1001) })],
  ['an address that is none', changed({ email: 'anna' })],
  ['a time with digits without end', changed({ placedAt: `2026-11-24T15:00:00.${'0'.repeat(100)}Z` })],
  ['a sequence over the limit', changed({ eventId: 'ord_1:2000000000', sequence: 2e9 })],
  ['more lines than a request can have', changed({ lines: Array(101).fill(event.lines[0]) })],
  ['a fingerprint without end', changed({ fingerprint: 'f'.repeat(1000) })],
])('a record with %s is invalid for good', (_what, value) => {
  expect(() => fromRecord(mskRecord({ topic, value }))).toThrow(expect.objectContaining(invalid))
})

test("a record whose ce_id is another event's is invalid for good: by it a comparison finds the copies of an event", () => {
  const { headers, ...record } = toRecord(event)
  const read = (...ids: readonly string[]) =>
    fromRecord(mskRecord({ ...record, headers: { ...headers, ce_id: ids } }))
  for (const id of ['ord_2:1', '', 'x'.repeat(10_000)]) {
    const error = catchError(() => read('ord_1:1', id))
    expect(error).toMatchObject(invalid)
    expect(error.message.length).toBeLessThan(300)
  }
  expect(read('ord_2:1', 'ord_1:1')).toEqual(event)
})

test('the header of an unknown major version is invalid for good, whatever the value', () => {
  const headers = { ce_type: 'com.example.order.cancelled.v2' }
  expect(() => fromRecord(mskRecord({ topic, value: SAMPLE, headers }))).toThrow(/redrive/)
})

test('takes the largest order that a request can place', () => {
  const line = { sku: 's'.repeat(64), quantity: 10_000, unitPriceMinor: 1e9 }
  const largest = {
    ...event,
    orderId: 'o'.repeat(64),
    eventId: `${'o'.repeat(64)}:1`,
    customerId: 'c'.repeat(128),
    totalMinor: 1e15,
    lines: Array.from({ length: 100 }, () => line),
  }
  expect(fromRecord(asMsk(largest))).toEqual(largest)
})

// A request could once have an address of any length: an order of it holds stock until its events are read.
test.each([255, 65_000])(
  'takes an address of %d characters, as the log has from before the limit',
  (length) => {
    const old = { ...event, email: `${'x'.repeat(length - '@example.test'.length)}@example.test` }
    expect(fromRecord(asMsk(old))).toEqual(old)
    expect(parseStoredEvent(JSON.stringify(old))).toMatchObject({ email: old.email })
  },
)

test('takes the event of the largest body that a request could have', () => {
  const line = { sku: 's'.repeat(64), quantity: 10_000 }
  const lines = Array.from({ length: 100 }, () => line)
  const body = { customerId: 'c', lines, email: '@example.test' }
  const email = `${'x'.repeat(MAX_BODY_BYTES - JSON.stringify(body).length)}@example.test`
  const old = { ...event, email, lines: lines.map((one) => ({ ...one, unitPriceMinor: 1e9 })) }
  expect(fromRecord(asMsk(old))).toEqual(old)
})

test('a fingerprint header without end is invalid for good', () => {
  expect(() => fromRecord(asMsk({ ...event, fingerprint: 'f'.repeat(100_000) }))).toThrow(
    expect.objectContaining(invalid),
  )
})

const zeros = (count: number) => changed({ lines: new Array<number>(count).fill(0) })

test('looks at no line when there are too many', () => {
  expect(() => fromRecord(mskRecord({ topic, value: zeros(1000) }))).toThrow(
    expect.objectContaining({ message: 'Not an order event: lines: must be 1 to 100' }),
  )
})

test('refuses a value that is larger than any event before it is parsed', () => {
  const value = zeros(2_000_000)
  const parse = vi.spyOn(JSON, 'parse')
  expect(() => fromRecord(mskRecord({ topic, value }))).toThrow(
    expect.objectContaining({
      ...invalid,
      message: `The value has ${value.length} bytes; at most 131072 are read.`,
    }),
  )
  expect(parse).not.toHaveBeenCalled()
  parse.mockRestore()
})

test('names a few of many faults and counts the others', () => {
  const value = changed({ lines: Array(50).fill({}) })
  const error = catchError(() => fromRecord(mskRecord({ topic, value })))
  expect(error.message).toMatch(/^Not an order event: lines\.0\.sku: .*; and 145 more$/)
  expect(error.message.length).toBeLessThan(1000)
})

function catchError(run: () => unknown): Error {
  try {
    run()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}
