import { expect, test } from 'vitest'
import { reportLines } from './report-lines.ts'

test('a subject without findings is one line', () => {
  expect(reportLines('Kafka', [], 80)).toEqual(['ok  Kafka'])
})

test('text is wrapped at words, and a command stays on its line to be copied', () => {
  const command = 'npm run dlq -- skip order-topic 3 1234 --group stock-service'
  const finding = {
    cause: 'poison',
    what: 'one two three four',
    fix: 'do this and that:',
    commands: [command],
  } as const
  expect(reportLines('stock', [finding], 20)).toEqual([
    'no  stock',
    '    one two three',
    '    four.',
    '    -> do this and',
    '       that:',
    `       ${command}`,
  ])
})

test('a word longer than the line is not cut', () => {
  const finding = { cause: 'poison', what: 'x'.repeat(30), fix: 'y' } as const
  expect(reportLines('s', [finding], 20)[1]).toBe(`    ${'x'.repeat(30)}.`)
})

test('a sentence that ends gets no second full stop', () => {
  const finding = { cause: 'poison', what: 'It ended.', fix: 'y' } as const
  expect(reportLines('s', [finding], 40)[1]).toBe('    It ended.')
})
