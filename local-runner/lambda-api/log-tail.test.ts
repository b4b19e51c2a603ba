import { expect, test } from 'vitest'
import { createJournal } from '../journal/journal.ts'
import { createLogTail } from './log-tail.ts'

const journal = () => createJournal({ capacity: 1, now: () => 0 })
const decoded = (base64: string) => Buffer.from(base64, 'base64').toString()

test('[3.5] the tail is the last 4 KB of the lines of one invocation', () => {
  const { record, listen } = journal()
  const tail = createLogTail(listen, 'r-1')
  const log = (requestId: string | undefined, line: string) =>
    record({ name: 'log', functionName: 'order', requestId, line })
  log('r-1', 'x'.repeat(5000))
  log('r-2', 'of another')
  log(undefined, 'of none')
  log('r-1', 'last')
  expect(decoded(tail.take())).toBe(`${'x'.repeat(4090)}\nlast\n`)
})

test('[3.5] of lines that are longer in all than a text can be, too', () => {
  const { record, listen } = journal()
  const tail = createLogTail(listen, 'r-1')
  const line = 'ü'.repeat(1024 * 1024)
  for (let n = 0; n < 600; n++) record({ name: 'log', functionName: 'order', requestId: 'r-1', line })
  const bytes = Buffer.from(tail.take(), 'base64')
  expect(bytes).toHaveLength(4096)
  expect(bytes.toString().endsWith('üü\n')).toBe(true)
})
