import { expect, test } from 'vitest'
import { compileAvro } from './avro-to-json.ts'

const order = {
  type: 'record',
  name: 'Order',
  namespace: 'com.example',
  fields: [
    { name: 'id', type: 'string' },
    { name: 'quantity', type: 'int' },
    { name: 'total', type: 'long' },
    { name: 'note', type: ['null', 'string'] },
    { name: 'tags', type: { type: 'array', items: 'string' } },
    { name: 'prices', type: { type: 'map', values: 'double' } },
    { name: 'status', type: { type: 'enum', name: 'Status', symbols: ['NEW', 'DONE'] } },
    { name: 'parent', type: ['null', 'Order'] },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'digest', type: { type: 'fixed', name: 'Digest', size: 2 } },
    { name: 'paid', type: 'boolean' },
    { name: 'again', type: 'com.example.Status' },
  ],
}

const string = (text: string) => Buffer.concat([Buffer.from([text.length * 2]), Buffer.from(text)])
const double = (value: number) => {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(value)
  return bytes
}
const bytes = Buffer.concat([
  string('o-1'),
  Buffer.from([5]), // quantity -3, zigzag
  Buffer.from([0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]), // total 2^63 - 1
  Buffer.from([2]), // note: the second branch
  string('hi'),
  Buffer.from([3, 4]), // tags: two, and how many bytes they are
  string('a'),
  string('b'),
  Buffer.from([0, 2]), // the end, then one price
  string('EUR'),
  double(4.5),
  Buffer.from([0, 2, 0, 0]), // the end, DONE, no parent, 1970
  Buffer.from([0xff, 0x00, 1, 0]), // digest, paid, NEW
])

test('[1.3] Avro becomes plain JSON: unions without their branch, 64-bit numbers whole', () => {
  expect(compileAvro(order)(bytes)).toBe(
    '{"id":"o-1","quantity":-3,"total":9223372036854775807,"note":"hi","tags":["a","b"],"prices":{"EUR":4.5},' +
      '"status":"DONE","parent":null,"at":0,"digest":"/wA=","paid":true,"again":"NEW"}',
  )
})

test.for([
  ['too few bytes', bytes.subarray(0, 20), 'end before the schema'],
  ['too many', Buffer.concat([bytes, Buffer.from([0])]), 'bytes are left'],
] as const)('[1.3] %s do not follow the schema', ([, data, message]) => {
  expect(() => compileAvro(order)(data)).toThrow(message)
})

test('a schema with an unknown type is refused', () => {
  expect(() => compileAvro({ type: 'array', items: 'Nothing' })).toThrow('unknown type "Nothing"')
})
