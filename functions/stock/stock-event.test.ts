import { expect, test } from 'vitest'
import { mskRecord } from '../../shared/testing/msk-event.ts'
import { parseStockRecord, STOCK_ADJUSTED, type StockEvent, toStockRecord } from './stock-event.ts'

const event: StockEvent = {
  schemaVersion: 1,
  type: STOCK_ADJUSTED,
  eventId: 'tea:3',
  sku: 'tea',
  revision: 3,
  occurredAt: '2026-11-24T10:00:00.000Z',
  name: 'Tea',
  priceMinor: 450,
  currency: 'EUR',
  onHand: 10,
  reserved: 2,
  sold: 1,
  received: 11,
  delta: -4,
  reason: 'breakage',
}
const parse = (change: object) =>
  parseStockRecord(mskRecord({ ...toStockRecord(event), value: JSON.stringify({ ...event, ...change }) }))

test('a change of stock comes back from its record as it was', () => {
  expect(parse({})).toEqual(event)
})

test("a change whose ce_id is another one's is invalid for good", () => {
  const { headers, ...record } = toStockRecord(event)
  const read = (id: string) => parseStockRecord(mskRecord({ ...record, headers: { ...headers, ce_id: id } }))
  expect(() => read('tea:4')).toThrow(expect.objectContaining({ kind: 'invalid', code: 'event_invalid' }))
  expect(read('tea:3')).toEqual(event)
})

test('a change without headers is read by its value', () => {
  const { headers: _headers, ...record } = toStockRecord(event)
  expect(parseStockRecord(mskRecord(record))).toEqual(event)
})

test.each<[string, object]>([
  ['an event id that is not of its SKU and revision', { eventId: 'tea:4' }],
  ['a SKU that no request can have', { sku: 'a:b', eventId: 'a:b:3' }],
  ['a price over the limit', { priceMinor: 1e9 + 1 }],
  ['a currency of other characters', { currency: '1€?' }],
  ['units near 2^53', { onHand: 2 ** 53 - 1 }],
  ['units near -2^53', { delta: -(2 ** 53 - 1) }],
  ['a name without end', { name: 'x'.repeat(201) }],
  ['a reason without end', { reason: 'x'.repeat(201) }],
  ['an adjustment id without end', { adjustmentId: 'x'.repeat(65) }],
  ['a value larger than any event', { giftWrap: 'x'.repeat(131_072) }],
])('a change with %s is invalid for good', (_what, change) => {
  expect(() => parse(change)).toThrow(expect.objectContaining({ kind: 'invalid', code: 'event_invalid' }))
})
