import { expect, test } from 'vitest'
import { createJournal } from './journal.ts'

test('keeps the last entries, oldest first, and tells listeners until they leave', () => {
  const { record, entries, listen } = createJournal({ capacity: 3, now: () => 7 })
  const heard: string[] = []
  const leave = listen(({ name }) => heard.push(name))
  for (const name of ['a', 'b', 'c', 'd']) record({ name })
  leave()
  record({ name: 'e' })
  expect(entries().map(({ name }) => name)).toEqual(['c', 'd', 'e'])
  expect(entries()[0]).toEqual({ name: 'c', at: 7 })
  expect(heard).toEqual(['a', 'b', 'c', 'd'])
})
