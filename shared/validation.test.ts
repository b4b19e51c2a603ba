import { expect, test } from 'vitest'
import * as z from 'zod'
import { customerId, identifier, parseInput } from './validation.ts'

test('returns what is valid', () => {
  expect(parseInput(z.object({ a: z.number() }), { a: 1 })).toEqual({ a: 1 })
})

test('points at each problem by JSON Pointer, escaping ~ and /', () => {
  const schema = z.object({ 'a/b': z.object({ '~c': z.array(z.number()) }) })
  expect(() => parseInput(schema, { 'a/b': { '~c': [1, 'x', 'y'] } })).toThrow(
    expect.objectContaining({
      code: 'validation_failed',
      status: 422,
      extensions: {
        errors: [
          { pointer: '/a~1b/~0c/1', detail: expect.any(String) as string },
          { pointer: '/a~1b/~0c/2', detail: expect.any(String) as string },
        ],
      },
    }),
  )
})

test('a problem with the whole body points at the root', () => {
  expect(() => parseInput(z.object({}), null)).toThrow(
    expect.objectContaining({
      extensions: { errors: [{ pointer: '', detail: expect.any(String) as string }] },
    }),
  )
})

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
