import { expect, test } from 'vitest'
import { customerId, identifier, mailAddress } from './fields.ts'

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

test.each([
  ['c-42@example.test', 'c-42@example.test'],
  ['C.D+e@Example.Test', 'C.D+e@Example.Test'],
  ['anna@bücher.example', 'anna@xn--bcher-kva.example'],
  ['anna@例え.テスト', 'anna@xn--r8jz45g.xn--zckzah'],
])('the mail address %s goes out as %s', (given, ascii) => {
  expect(mailAddress.parse(given)).toBe(ascii)
})

test.each([
  '',
  'anna',
  'anna@',
  '@bücher.example',
  'anna@bü cher.example',
  'anna@bücher',
  'a@b@bücher.example',
  'anna@bücher.example>',
  `${'x'.repeat(255)}@example.test`,
  `anna@${'ü'.repeat(60)}.${'ü'.repeat(60)}.${'ü'.repeat(60)}.${'ü'.repeat(60)}.example`,
])('refuses the mail address %s', (address) => {
  expect(mailAddress.safeParse(address).success).toBe(false)
})

test('says why a name in other letters is refused', () => {
  expect(mailAddress.safeParse('jürgen@example.test').error?.issues[0]?.message).toContain('ASCII')
})
