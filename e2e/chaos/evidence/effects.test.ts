import { expect, test } from 'vitest'
import { changesOf, type Effects } from './effects.ts'

const record = {
  partition: 0,
  offset: 0n,
  eventId: 'o-1:1',
  orderId: 'o-1',
  sequence: 1,
  type: 'com.example.order.placed.v1',
}
const letter = { topic: 'order-topic.stock.dlq', of: 'order-topic-0@7' }
const before: Effects = {
  contents: { '{s:tea}:stk': '[["sold","2"]]', '{an:1}:seen:20261124': '["o-1:1"]' },
  log: [record],
  mails: ['<one>'],
  deadLetters: [],
}

test('finds nothing where nothing has changed but marks of the schedules', () => {
  const marks = { '{r}:ledgers-dropped-until': '"20261107"', '{stock}:due': '["tea","1795555161122"]' }
  const after = { ...before, contents: { ...before.contents, ...marks } }
  expect(changesOf(before, after)).toEqual([])
})

test('finds nothing where a dead letter is written again', () => {
  const after = { ...before, deadLetters: [letter, letter] }
  expect(changesOf({ ...before, deadLetters: [letter] }, after)).toEqual([])
})

test.each<[string, Partial<Effects>, string]>([
  [
    'a field that has moved',
    { contents: { ...before.contents, '{s:tea}:stk': '[["sold","4"]]' } },
    '{s:tea}:stk was [["sold","2"]], is [["sold","4"]]',
  ],
  [
    'a key that has come',
    { contents: { ...before.contents, '{ac:2}:customers': '["c-1"]' } },
    '{ac:2}:customers was not there, is ["c-1"]',
  ],
  [
    'a key that has gone',
    { contents: { '{s:tea}:stk': '[["sold","2"]]' } },
    '{an:1}:seen:20261124 was ["o-1:1"], is gone',
  ],
  [
    'an event published again',
    { log: [record, { ...record, offset: 1n }] },
    '1 records of the log have become 2',
  ],
  ['a second mail', { mails: ['<one>', '<one>'] }, '1 mails have become 2'],
  ['a dead letter', { deadLetters: [letter] }, '0 dead letters have become 1'],
])('finds %s', (_what, change, said) => {
  expect(changesOf(before, { ...before, ...change })).toEqual([said])
})
