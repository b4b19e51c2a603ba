import { expect, test } from 'vitest'
import { compileFilterPattern, createRecordFilter } from './filter-criteria.ts'

const value = (text: string) => Buffer.from(text)

const matching: readonly (readonly [pattern: string, record: string, passes: boolean])[] = [
  ['{"value":{"type":["order.created"]}}', '{"type":"order.created"}', true],
  ['{"value":{"type":["order.created"]}}', '{"type":"Order.created"}', false],
  ['{"value":{"type":["a","b"]}}', '{"type":"b"}', true],
  ['{"value":{"type":["a"],"size":[1]}}', '{"type":"a","size":2}', false],
  ['{"value":{"type":["a"],"size":[1]}}', '{"type":"a","size":1}', true],
  ['{"value":{"order":{"type":["a"]}}}', '{"order":{"type":"a"}}', true],
  ['{"value":{"order":{"type":["a"]}}}', '{"order":"a"}', false],
  ['{"value":{"type":[null]}}', '{"type":null}', true],
  ['{"value":{"type":[null]}}', '{}', false],
  ['{"value":{"type":[""]}}', '{"type":""}', true],
  ['{"value":{"open":[true]}}', '{"open":true}', true],
  ['{"value":{"open":[true]}}', '{"open":"true"}', false],
  ['{"value":{"n":[300]}}', '{"n":300}', true],
  ['{"value":{"n":[300]}}', '{"n":300.0}', false],
  ['{"value":{"n":[3.0e2]}}', '{"n":300}', false],
  ['{"value":{"type":[{"equals-ignore-case":"ORDER"}]}}', '{"type":"order"}', true],
  ['{"value":{"type":[{"prefix":"order."}]}}', '{"type":"order.created"}', true],
  ['{"value":{"type":[{"prefix":"order."}]}}', '{"type":"stock.order."}', false],
  ['{"value":{"file":[{"suffix":".png"}]}}', '{"file":"a.png"}', true],
  ['{"value":{"type":[{"anything-but":["a","b"]}]}}', '{"type":"c"}', true],
  ['{"value":{"type":[{"anything-but":["a","b"]}]}}', '{"type":"a"}', false],
  ['{"value":{"type":[{"anything-but":"a"}]}}', '{}', false],
  ['{"value":{"n":[{"numeric":[">",10,"<=",20]}]}}', '{"n":20}', true],
  ['{"value":{"n":[{"numeric":[">",10,"<=",20]}]}}', '{"n":10}', false],
  ['{"value":{"n":[{"numeric":["=",300]}]}}', '{"n":3.0e2}', true],
  ['{"value":{"n":[{"numeric":["<",5]}]}}', '{"n":"1"}', false],
  ['{"value":{"n":[{"exists":true}]}}', '{"n":null}', true],
  ['{"value":{"n":[{"exists":true}]}}', '{"n":{"leaf":1}}', false],
  ['{"value":{"n":[{"exists":false}]}}', '{"m":1}', true],
  ['{"value":{"n":[{"exists":false}]}}', '{"n":1}', false],
  ['{"value":{"$or":[{"a":[1]},{"b":[2]}]}}', '{"a":0,"b":2}', true],
  ['{"value":{"$or":[{"a":[1]},{"b":[2]}]}}', '{"a":2,"b":1}', false],
  ['{"value":{"tags":["red"]}}', '{"tags":["blue","red"]}', true],
  ['{"value":{"lines":{"sku":["tea"]}}}', '{"lines":[{"sku":"ice"},{"sku":"tea"}]}', true],
  ['{"value":{"toString":[{"exists":false}]}}', '{"m":1}', true],
  ['{"value":["hello",{"prefix":"bye"}]}', 'bye now', true],
  ['{"value":["hello",{"prefix":"bye"}]}', 'well hello', false],
]

test.for(matching)('[2.6] the pattern %s and the record %s: passes %s', ([pattern, record, passes]) => {
  expect(compileFilterPattern(pattern)(value(record))).toBe(passes)
})

test('[2.6] [6.8] a record whose format is not the one of the pattern passes', () => {
  const json = compileFilterPattern('{"value":{"type":["a"]}}')
  expect(json(value('plain text'))).toBe(true)
  expect(json(Buffer.from([0xff, 0xfe]))).toBe(true)
  expect(json(null)).toBe(true)
  const text = compileFilterPattern('{"value":["a"]}')
  expect(text(value('{"type":"b"}'))).toBe(true)
  expect(text(Buffer.from([0xff, 0xfe]))).toBe(true)
})

test('[2.6] several filters are alternatives, and no filter lets everything through', () => {
  const either = createRecordFilter(['{"value":{"a":[1]}}', '{"value":{"b":[1]}}'])
  expect(either(value('{"b":1}'))).toBe(true)
  expect(either(value('{"c":1}'))).toBe(false)
  expect(createRecordFilter([])(value('{"c":1}'))).toBe(true)
})

test.for([
  ['not json', 'the text of a JSON object'],
  ['{"key":["a"]}', 'the one field "value", got key'],
  ['{"value":{"a":["x"]},"headers":{"b":["y"]}}', 'got headers'],
  ['{"value":"a"}', '"value" must be an object'],
  ['{"value":{"a":"x"}}', '"a" must be an object or a list of rules'],
  ['{"value":{"a":[]}}', 'never empty'],
  ['{"value":{"a":[{"wildcard":"x*"}]}}', 'unknown operator "wildcard"'],
  ['{"value":{"a":[{"prefix":1}]}}', '{"prefix"} takes a string'],
  ['{"value":{"a":[{"numeric":["~",1]}]}}', '{"numeric"} takes a comparison'],
  ['{"value":{"a":[{"anything-but":{"prefix":"x"}}]}}', '{"anything-but"} takes a value'],
  ['{"value":{"a":[{"exists":"yes"}]}}', '{"exists"} takes true or false'],
  ['{"value":{"$or":[1]}}', '"$or" takes a list of patterns'],
])('[2.6] the pattern %s is refused: %s', ([pattern, message]) => {
  expect(() => compileFilterPattern(pattern ?? '')).toThrow(message)
})
