import { expect, test } from 'vitest'
import { createFakeEnvironments, heldFunction } from '../testing/fake-environment.ts'
import type { ExecutionEnvironment } from './execution-environment.ts'
import { createFunctionHost, type FunctionHostDeps } from './function-host.ts'
import { createGrowth, immediateGrowth } from './growth.ts'

/** Environments that answer when they are told to, and compute as long as `isComputing` says. */
function heldHost(isComputing: () => boolean, more: Partial<FunctionHostDeps> = {}) {
  const answers: (() => void)[] = []
  let started = 0
  const environment: ExecutionEnvironment = {
    ...createFakeEnvironments().environment(),
    isComputing,
    invoke: ({ payload }) =>
      new Promise((resolve) => answers.push(() => resolve({ result: { outcome: 'success', payload } }))),
  }
  const host = createFunctionHost({
    ...heldFunction,
    maxEnvironments: 9,
    queueLimit: 9,
    growth: createGrowth({ processors: 1 }),
    ...more,
    startEnvironment: () => {
      started += 1
      return environment
    },
  })
  return { ...host, answers, started: () => started }
}

test('a call is served by the environment that becomes free before another could be ready', async () => {
  const { invoke, answers, started, stop } = heldHost(() => false)
  const calls = [invoke('1'), invoke('2')]
  await expect.poll(() => answers.length).toBe(1)
  answers[0]?.()
  await calls[0]
  answers[1]?.()
  await calls[1]
  expect(started()).toBe(1)
  await stop()
})

test('while the environments wait, a call that waits too gets another one', async () => {
  const { invoke, answers, started, stop } = heldHost(() => false)
  const calls = [invoke('1'), invoke('2')]
  await expect.poll(() => answers.length).toBe(2)
  expect(started()).toBe(2)
  for (const answer of answers) answer()
  await Promise.all(calls)
  await stop()
})

test('while they compute on all processors it gets none, until they wait', async () => {
  let computes = true
  let asked = 0
  const { invoke, answers, started, stop } = heldHost(() => {
    asked += 1
    return computes
  })
  const calls = [invoke('1'), invoke('2')]
  await expect.poll(() => asked).toBeGreaterThan(1)
  expect(started()).toBe(1)
  computes = false
  await expect.poll(() => answers.length).toBe(2)
  for (const answer of answers) answer()
  await Promise.all(calls)
  await stop()
})

test('batches leave an environment to callers who wait for an answer', async () => {
  const { invoke, answers, started, stop } = heldHost(() => false, {
    maxEnvironments: 3,
    keptForCallers: 1,
    growth: immediateGrowth,
  })
  const batches = [1, 2, 3, 4].map((batch) => invoke(`${batch}`, { source: 'kafka' }))
  await expect.poll(() => answers.length).toBe(2)
  expect(started()).toBe(2)
  const call = invoke('call', { source: 'http' })
  await expect.poll(() => answers.length).toBe(3)
  answers[2]?.()
  expect(await call).toEqual({ outcome: 'success', payload: 'call' })
  // The environment that is free now is not theirs.
  expect(answers).toHaveLength(3)
  answers[0]?.()
  await expect.poll(() => answers.length).toBe(4)
  answers[1]?.()
  await expect.poll(() => answers.length).toBe(5)
  for (const answer of answers) answer()
  await Promise.all(batches)
  await stop()
})
