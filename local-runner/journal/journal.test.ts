import { expect, test } from 'vitest'
import { createJournal } from './journal.ts'

test('keeps the last entries, oldest first, and calls listeners until they are removed', () => {
  const { record, entries, listen } = createJournal({ capacity: 3, now: () => 7 })
  const heard: string[] = []
  const recordLine = (line: string) => record({ name: 'log', functionName: 'order', line })
  const removeListener = listen((entry) => entry.name === 'log' && heard.push(entry.line))
  for (const line of ['a', 'b', 'c', 'd']) recordLine(line)
  removeListener()
  recordLine('e')
  expect(entries()).toEqual(
    ['c', 'd', 'e'].map((line) => ({ name: 'log', functionName: 'order', line, at: 7 })),
  )
  expect(heard).toEqual(['a', 'b', 'c', 'd'])
})
