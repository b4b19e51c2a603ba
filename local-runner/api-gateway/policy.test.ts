import { expect, test } from 'vitest'
import { numbersOf } from '../testing/numbers-of.ts'
import { allows } from './policy.ts'

const isAllowed = (resource: string, routeArn: string) =>
  allows({ Statement: [{ Effect: 'Allow', Action: ['execute-api:Invoke'], Resource: [resource] }] }, routeArn)

test.each([
  ['GET/café/🍕', true],
  ['GET/café/?', true],
  ['GET/café/??', false],
  ['GET/*', true],
])('[4.5] a pattern counts characters, whatever their bytes: %s', (resource, expected) => {
  expect(isAllowed(resource, 'GET/café/🍕')).toBe(expected)
})

test('[4.5] random patterns match as a regular expression does', () => {
  const below = numbersOf(1)
  const textOf = (letters: readonly string[]) =>
    Array.from({ length: below(9) }, () => letters[below(letters.length)]).join('')
  const counts = { true: 0, false: 0 }
  for (let round = 0; round < 1000; round++) {
    const [pattern, text] = [textOf(['a', 'b', '?', '*']), textOf(['a', 'b', '*'])]
    const expression = new RegExp(`^${pattern.replaceAll('?', '.').replaceAll('*', '.*')}$`)
    const expected = expression.test(text)
    expect({ pattern, text, is: isAllowed(pattern, text) }).toEqual({ pattern, text, is: expected })
    counts[`${expected}`] += 1
  }
  expect(Math.min(counts.true, counts.false)).toBeGreaterThan(100)
})
