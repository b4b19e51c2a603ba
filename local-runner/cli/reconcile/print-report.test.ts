import { expect, test } from 'vitest'
import { createTally } from './findings.ts'
import { comparedText, rebuiltText, stoppedText } from './print-report.ts'

test('a comparison without differences is one line', () => {
  expect(comparedText(createTally())).toBe('Equal to the log.')
})

test('one difference is one, and only the first of many are shown', () => {
  const one = createTally()
  one.differ('order o-1')
  one.differ('order o-1')
  expect(comparedText(one)).toBe('1 difference from the log:\n  order o-1')
  for (let index = 2; index <= 60; index += 1) one.differ(`order o-${index}`)
  expect(comparedText(one)).toMatch(/^60 differences from the log:\n(.*\n){50} {2}and 10 more$/)
})

test('records that a function cannot read are named by their places', () => {
  const found = createTally()
  for (let offset = 1; offset <= 7; offset += 1) found.passOver(`t-0@${offset}`)
  expect(comparedText(found)).toBe(
    'Passed over, as a function cannot read them: t-0@1, t-0@2, t-0@3, t-0@4, t-0@5 and 2 more.\nEqual to the log.',
  )
})

test('a log with a record that cannot be read, and nothing to restore, has nothing missing', () => {
  const rebuilt = createTally()
  rebuilt.passOver('t-0@1')
  expect(rebuiltText(rebuilt, ['what is lost'])).toBe('Nothing was missing.')
})

test('a reconcile that stops names both ways on, or that nothing was frozen', () => {
  expect(stoppedText(true)).toContain('npm run reconcile -- --thaw')
  expect(stoppedText(false)).toBe('Nothing was frozen.')
})
