import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
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

test('keeps only the beginning of what a function wrote, and passes on all of it', () => {
  const { record, entries, listen } = createJournal({ capacity: 3, now: () => 7 })
  const heard: number[] = []
  listen((entry) => entry.name === 'log' && heard.push(entry.line.length))
  record({ name: 'log', functionName: 'order', line: 'x'.repeat(1_000_000) })
  const error = { errorType: 'E', errorMessage: 'x'.repeat(1_000_000), trace: ['x'.repeat(1_000_000)] }
  const logging = { logFormat: 'Text', systemLogLevel: 'INFO' } as const
  record({
    name: 'environment.init',
    functionName: 'order',
    logStreamName: 's',
    outcome: 'failed',
    initMs: 1,
    error,
    logging,
  })
  expect(heard).toEqual([1_000_000])
  expect(JSON.stringify(entries()).length).toBeLessThan(50_000)
})

test('what is kept of a long text does not hold the whole of it', () => {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const heldBytes = () => {
    collectGarbage()
    return process.memoryUsage().heapUsed
  }
  const { record, entries } = createJournal({ capacity: 100, now: () => 7 })
  const before = heldBytes()
  for (let n = 0; n < 100; n++) {
    record({ name: 'log', functionName: 'order', line: Buffer.alloc(500_000, 97 + (n % 20)).toString('latin1') })
  }
  expect(entries()).toHaveLength(100)
  expect(heldBytes() - before).toBeLessThan(10_000_000)
})
