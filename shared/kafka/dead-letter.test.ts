import { expect, test } from 'vitest'
import { AppError } from '../errors.ts'
import { mskRecord } from '../testing/msk-event.ts'
import { toDeadLetter } from './dead-letter.ts'

const reason = new AppError('invalid', 'event_invalid', 'no lines')
const now = new Date('2026-11-24T10:00:00.000Z')

test('keeps key, value and headers byte by byte, and says why and from where it came', () => {
  const bytes = Buffer.from([0, 127, 128, 220, 255])
  const record = mskRecord({
    topic: 'order-topic',
    partition: 3,
    offset: 7,
    key: bytes,
    value: bytes,
    headers: { one: bytes, twice: ['a', 'b'], ['__proto__']: 'x' },
  })
  const { headers, ...letter } = toDeadLetter(record, 'stock', reason, now)
  expect(letter).toEqual({ topic: 'order-topic.stock.dlq', key: bytes, value: bytes })
  expect(Object.entries(headers)).toEqual([
    ['one', [bytes]],
    ['twice', [Buffer.from('a'), Buffer.from('b')]],
    ['__proto__', [Buffer.from('x')]],
    ['x-dlq-reason', 'event_invalid: no lines'],
    ['x-dlq-topic', 'order-topic'],
    ['x-dlq-partition', '3'],
    ['x-dlq-offset', '7'],
    ['x-dlq-count', '1'],
    ['x-dlq-at', '2026-11-24T10:00:00.000Z'],
  ])
})

test('a record without key and value stays without', () => {
  expect(toDeadLetter(mskRecord({ topic: 't' }), 'stock', reason, now)).toMatchObject({
    key: null,
    value: null,
  })
})

test('an empty value is not a missing one', () => {
  expect(toDeadLetter(mskRecord({ topic: 't', value: '' }), 'stock', reason, now).value).toEqual(
    Buffer.alloc(0),
  )
})

test('counts how often the record was dead-lettered', () => {
  const record = mskRecord({ topic: 't', headers: { 'x-dlq-count': '2' } })
  expect(toDeadLetter(record, 'stock', reason, now).headers['x-dlq-count']).toBe('3')
})

test('cuts a reason that would make the dead letter too large for Kafka', () => {
  const long = new AppError('invalid', 'event_invalid', 'x'.repeat(2_000_000))
  const { headers } = toDeadLetter(mskRecord({ topic: 't' }), 'stock', long, now)
  expect(String(headers['x-dlq-reason'])).toHaveLength(1000)
})
