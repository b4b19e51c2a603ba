import { expect, test } from 'vitest'
import * as z from 'zod'
import { parseInput } from './validation.ts'

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

test('names the first hundred problems of a body and counts the others', () => {
  const schema = z.object({ list: z.array(z.string()) })
  const pointers = Array.from({ length: 100 }, (_, index) => ({ pointer: `/list/${index}` }))
  expect(() => parseInput(schema, { list: new Array<number>(50_000).fill(0) })).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(/; and 49900 more$/) as string,
      extensions: { errors: pointers.map((pointer) => expect.objectContaining(pointer) as object) },
    }),
  )
})
