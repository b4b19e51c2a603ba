import { expect, test } from 'vitest'
import { customerId, identifier } from './fields.ts'

test.each(['a', 'A-1', 'c-42@x.y_z', '0', 'a'.repeat(8)])('takes the identifier %s', (id) => {
  expect(identifier(10).safeParse(id).success).toBe(true)
})

test.each(['', '_a', '__proto__', '-a', '.a', 'a b', 'a\n', 'a{b}', 'ä', 'a/b', 'a:b', 'a'.repeat(11)])(
  'refuses the identifier "%s"',
  (id) => {
    expect(identifier(10).safeParse(id).success).toBe(false)
  },
)

test('a customer id may have a colon, and is no more than that laxer', () => {
  expect(customerId.safeParse('auth0:42').success).toBe(true)
  for (const id of ['a}b', '__proto__', 'a'.repeat(129)]) expect(customerId.safeParse(id).success).toBe(false)
})
