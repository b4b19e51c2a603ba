import { expect, test } from 'vitest'
import { compileProtobuf } from './proto-to-json.ts'

const schema = `
syntax = "proto3";
package com.example;
import "google/protobuf/timestamp.proto";
enum Before { NOTHING = 0; }
message Order {
  enum Status { NEW = 0; DONE = 1; }
  message First { int32 n = 1; }
  message Line { string item_name = 1 [json_name = "other"]; Deep deep = 2; message Deep { sint32 depth_m = 1; } }
  int64 total_cents = 1;
  bytes raw_digest = 2;
  Status order_status = 3;
  repeated Line order_lines = 4;
  map<string, uint64> stock_left = 5;
  google.protobuf.Timestamp placed_at = 6;
  optional bool is_gift = 7;
  int32 quantity = 8;
}
message Other { string name_of = 1; }
`
const read = compileProtobuf(schema)
const text = (field: number, value: string) => [field * 8 + 2, value.length, ...Buffer.from(value)]
const line = text(1, 'x')
const order = [
  ...[8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], // total_cents 2^63 - 1
  ...[18, 2, 0xff, 0x00], // raw_digest
  ...[24, 1], // DONE
  ...[34, line.length, ...line],
  ...[42, 5, ...text(1, 'a'), 16, 7],
  ...[50, 2, 8, 1], // placed_at, a second after 1970
  ...[56, 0], // is_gift, present and false
  ...[64, 0], // quantity, its default
]

test('[1.3] Protobuf becomes proto3 JSON with the field names of the schema', () => {
  expect(JSON.parse(read(Buffer.from([0, ...order])))).toEqual({
    total_cents: '9223372036854775807',
    raw_digest: '/wA=',
    order_status: 'DONE',
    order_lines: [{ item_name: 'x' }],
    stock_left: { a: '7' },
    placed_at: '1970-01-01T00:00:01Z',
    is_gift: false,
  })
})

test.for([
  ['none: the first message', [0], text(9, 'unknown'), '{}'],
  ['[0]', [2, 0], [64, 3], '{"quantity":3}'],
  ['[1]', [2, 2], text(1, 'x'), '{"name_of":"x"}'],
  ['[0, 1]', [4, 0, 2], text(1, 'x'), '{"item_name":"x"}'],
  ['[0, 1, 0]', [6, 0, 2, 0], [8, 5], '{"depth_m":-3}'],
] as const)(
  '[1.3] Protobuf message indexes %s name a message, enums not counted',
  ([, indexes, data, json]) => {
    expect(read(Buffer.from([...indexes, ...data]))).toBe(json)
  },
)

test.for([
  ['no indexes', []],
  ['fewer indexes than are said', [4, 0]],
  ['a negative number of indexes', [1]],
  ['an index without end', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
  ['a message the file does not have', [2, 4]],
  ['a nested message that is not there', [4, 2, 0]],
  ['a negative index', [2, 1]],
  ['a message cut off', [0, ...order.slice(0, 5)]],
] as const)('[1.3] Protobuf with %s cannot be read', ([, bytes]) => {
  expect(() => read(Buffer.from(bytes))).toThrow()
})

test('a file without a package is read too', () => {
  const withoutPackage = compileProtobuf('syntax = "proto3"; message A {} message B { int32 n_n = 1; }')
  expect(withoutPackage(Buffer.from([2, 2, 8, 150, 1]))).toBe('{"n_n":150}')
})

test.for([
  ['syntax = "proto3"; import "mine.proto"; message A { int32 n = 1; }', 'imports mine.proto'],
  ['syntax = "proto3"; message A { Nowhere n = 1; }', 'Nowhere'],
  ['message {', 'illegal'],
] as const)('the schema %s is refused', ([refused, message]) => {
  expect(() => compileProtobuf(refused)).toThrow(message)
})
