import { expect, test } from 'vitest'
import { oneLine } from './print.ts'

test("a record's text cannot steer the terminal, nor fill it", () => {
  expect(oneLine('Größe 5 €')).toBe('Größe 5 €')
  expect(oneLine('a\n\u001b[2Jb\u009b\u202ec')).toBe('a\ufffd\ufffd[2Jb\ufffd\ufffdc')
  expect(oneLine('x'.repeat(10_000))).toBe(`${'x'.repeat(300)}…`)
})
