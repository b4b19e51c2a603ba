import { expect, test } from 'vitest'
import { agrees } from './agrees.ts'

const line = { sku: 'tea', quantity: 2 }

test.each([
  ['the same', { id: 'a', lines: [line] }],
  ['another order of fields', { lines: [{ quantity: 2, sku: 'tea' }], id: 'a' }],
  ['a field that only the store has, at any depth', { id: 'a', lines: [{ ...line, gift: true }], note: 'n' }],
])('a record agrees with %s', (_what, stored) => {
  expect(agrees({ id: 'a', lines: [line] }, stored)).toBe(true)
})

test.each([
  ['another value', { id: 'b', lines: [line] }],
  ['no value', { lines: [line] }],
  ['another value at depth', { id: 'a', lines: [{ ...line, quantity: 3 }] }],
  ['a longer list', { id: 'a', lines: [line, line] }],
  ['a shorter list', { id: 'a', lines: [] }],
  ['an object for a list', { id: 'a', lines: { 0: line } }],
  ['a value for a list', { id: 'a', lines: 'tea' }],
  ['nothing', undefined],
])('a record contradicts %s', (_what, stored) => {
  expect(agrees({ id: 'a', lines: [line] }, stored)).toBe(false)
})
