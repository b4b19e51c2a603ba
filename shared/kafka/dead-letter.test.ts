import { expect, test } from 'vitest'
import { AppError } from '../errors.ts'
import { mskRecord } from '../testing/msk-event.ts'
import { toDeadLetter, withoutPayload } from './dead-letter.ts'

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

test('a count that is no number starts again', () => {
  for (const count of ['many', '1e308', '-1', '']) {
    const record = mskRecord({ topic: 't', headers: { 'x-dlq-count': count } })
    expect(toDeadLetter(record, 'stock', reason, now).headers['x-dlq-count']).toBe('1')
  }
})

test('headers that claim to be of a dead letter are not taken over', () => {
  const record = mskRecord({ topic: 't', headers: { 'x-dlq-payload': 'omitted', 'x-dlq-topic': 'other' } })
  const { headers } = toDeadLetter(record, 'stock', reason, now)
  expect(headers).not.toHaveProperty('x-dlq-payload')
  expect(headers['x-dlq-topic']).toBe('t')
})

test('cuts a long reason, by bytes', () => {
  const long = new AppError('invalid', 'event_invalid', 'ä'.repeat(1_000_000))
  const { headers } = toDeadLetter(mskRecord({ topic: 't' }), 'stock', long, now)
  expect(Buffer.byteLength(String(headers['x-dlq-reason']))).toBeLessThanOrEqual(1000)
  expect(headers['x-dlq-reason']).toMatch(/^event_invalid: ä+…$/)
})

test('without its payload it has the place, the reason and a hash of what is left out', () => {
  const record = mskRecord({
    topic: 'order-topic',
    offset: 7,
    key: 'ord_1',
    value: 'abc',
    headers: { large: 'x' },
  })
  expect(withoutPayload(toDeadLetter(record, 'stock', reason, now))).toEqual({
    topic: 'order-topic.stock.dlq',
    key: null,
    value: null,
    headers: {
      'x-dlq-reason': 'event_invalid: no lines',
      'x-dlq-topic': 'order-topic',
      'x-dlq-partition': '0',
      'x-dlq-offset': '7',
      'x-dlq-count': '1',
      'x-dlq-at': '2026-11-24T10:00:00.000Z',
      'x-dlq-payload': 'omitted',
      'x-dlq-key-size': '5',
      'x-dlq-key-sha256': '341fb35e2c016788d2106af198a41b2e61581e5d018095fb5abad7f58890c145',
      'x-dlq-value-size': '3',
      'x-dlq-value-sha256': 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    },
  })
})

test('without its payload it says nothing of a key and a value that were not there', () => {
  const record = mskRecord({ topic: 't', headers: { large: 'x', 'x-dlq-payload': 'x'.repeat(2000) } })
  const { headers } = withoutPayload(toDeadLetter(record, 'stock', reason, now))
  expect(Object.keys(headers).filter((name) => /sha256|size|large/.test(name))).toEqual([])
  expect(headers['x-dlq-payload']).toBe('omitted')
})
