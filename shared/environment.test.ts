import { expect, test } from 'vitest'
import { readVariables } from './environment.ts'

test('reads the variables named and no others', () => {
  expect(readVariables({ A: '1', B: '2', C: '3' }, ['A', 'B'])).toEqual({ A: '1', B: '2' })
})

test('names every variable that is missing or empty', () => {
  expect(() => readVariables({ A: '1', B: '' }, ['A', 'B', 'C'])).toThrow(/B, C/)
})
