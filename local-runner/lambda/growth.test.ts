import { expect, test } from 'vitest'
import { createGrowth } from './growth.ts'

const computing = { isComputing: () => true }
const waiting = { isComputing: () => false }
const { waitMs } = createGrowth({ processors: 2 })

test('the first environment starts at once', () => {
  expect(waitMs([], 0)).toBe(0)
})

test('a call waits for a busy environment as long as a cold start takes', () => {
  expect(waitMs([waiting], 10)).toBe(40)
  expect(waitMs([waiting], 50)).toBe(0)
})

test.for([
  { environments: [computing], grows: true },
  { environments: [computing, computing], grows: false },
  { environments: [waiting, waiting, waiting], grows: true },
  { environments: [computing, waiting, waiting], grows: true },
  { environments: [computing, computing, waiting], grows: false },
])('there are no more than compute on the processors ($environments.length, $grows)', (row) => {
  expect(waitMs(row.environments, 1000) === 0).toBe(row.grows)
})
