import { expect, test } from 'vitest'
import { renderTemplate } from './render-template.ts'

const template = '#if a !b\nfirst\n#end\n#if b\nsecond\n#end\n__name__-events, {__name__}'

test('keeps the lines whose flags hold, and fills in values', () => {
  const values = { name: 'shipping' }
  const rest = 'shipping-events, {shipping}'
  expect(renderTemplate(template, { a: true, b: false }, values)).toBe(`first\n${rest}`)
  expect(renderTemplate(template, { a: true, b: true }, values)).toBe(`second\n${rest}`)
})

test('a name that nobody gives is an error', () => {
  expect(() => renderTemplate(template, { a: true, b: true }, {})).toThrow('"name"')
  expect(() => renderTemplate(template, {}, { name: 'shipping' })).toThrow('"a"')
})
