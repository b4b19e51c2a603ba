import { expect, test } from 'vitest'
import { headersInOrder, keepHeaderOrder } from './header-order.ts'
import { loadInternal } from './internals.ts'

const Decoder = loadInternal('protocol/decoder') as new (bytes: Buffer) => object
const decodeRecord = loadInternal('protocol/recordBatch/record/v0/decoder') as (
  decoder: object,
  batch: object,
) => { readonly headers: object }

/** A varint of a small number. */
const short = (value: number) => Buffer.from([2 * value])
const header = (name: string, value: string) =>
  Buffer.concat([short(name.length), Buffer.from(name), short(value.length), Buffer.from(value)])

test('headers keep their order across names, beside the object of kafkajs', () => {
  keepHeaderOrder()
  const none = Buffer.from([1])
  const attributesAndDeltas = Buffer.alloc(3)
  const headers = [header('b', '1'), header('__proto__', '2'), header('b', '3')]
  const bytes = Buffer.concat([attributesAndDeltas, none, none, short(headers.length), ...headers])
  const decoded = decodeRecord(new Decoder(bytes), { firstOffset: '0', firstTimestamp: '0' }).headers
  expect(decoded).toEqual(
    Object.fromEntries([
      ['b', [Buffer.from('1'), Buffer.from('3')]],
      ['__proto__', Buffer.from('2')],
    ]),
  )
  expect(headersInOrder(decoded)?.map(({ key, value }) => [key, String(value)])).toEqual([
    ['b', '1'],
    ['__proto__', '2'],
    ['b', '3'],
  ])
})
