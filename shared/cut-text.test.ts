import { expect, test } from 'vitest'
import { cutToBytes } from './cut-text.ts'

test.each([
  ['', 4, ''],
  ['abcd', 4, 'abcd'],
  ['abcde', 4, 'a…'],
  ['ää', 4, 'ää'],
  ['äää', 5, 'ä…'],
  ['äää', 4, '…'],
  ['😀😀', 8, '😀😀'],
  ['😀😀😀', 8, '😀…'],
])('%j in %d bytes is %j', (text, maxBytes, cut) => {
  expect(cutToBytes(text, maxBytes)).toBe(cut)
})
