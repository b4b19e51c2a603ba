import { expect, test } from 'vitest'
import { createStopList } from './stop-list.ts'

test('stops the last added first, and goes on when one fails', async () => {
  const done: string[] = []
  const { add, stopAll } = createStopList({ onError: (what) => done.push(`${what} failed`) })
  add('a', () => void done.push('a'))
  add('b', () => Promise.reject(new Error('no')))
  add('c', async () => void done.push('c'))
  await Promise.all([stopAll(), stopAll()])
  expect(done).toEqual(['c', 'b failed', 'a'])
})

test('what is added while everything stops is stopped too', async () => {
  const { add, stopAll } = createStopList({ onError: () => undefined })
  await stopAll()
  const late = Promise.withResolvers<void>()
  add('late', () => late.resolve())
  await late.promise
})
