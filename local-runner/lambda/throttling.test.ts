import { expect, test } from 'vitest'
import { heldFunction } from '../testing/fake-environment.ts'
import type { EnvironmentAnswer, ExecutionEnvironment } from './execution-environment.ts'
import { createFunctionHost } from './function-host.ts'

/** An environment that answers on demand. */
function createHeldEnvironment() {
  const answers: ((answer: EnvironmentAnswer) => void)[] = []
  const environment: ExecutionEnvironment = {
    logStreamName: 'held',
    memoryMeasure: 'nothing',
    init: async () => ({ outcome: 'initialized', usedMemoryBytes: 0 }),
    invoke: () => new Promise((resolve) => answers.push(resolve)),
    isAlive: () => true,
    terminate: async () => undefined,
  }
  return { environment, answers }
}

test('a call past the bounded queue is throttled at once, and those in the queue are served in their order', async () => {
  const { environment, answers } = createHeldEnvironment()
  const host = createFunctionHost({
    ...heldFunction,
    limits: { ...heldFunction.limits, timeoutSeconds: 900 },
    startEnvironment: () => environment,
  })
  await host.warm()
  const calls = [host.invoke('1'), host.invoke('2'), host.invoke('3')]
  expect(await host.invoke('4')).toEqual({ outcome: 'throttled', reason: '2 calls wait already.' })

  for (const [index, call] of calls.entries()) {
    await expect.poll(() => answers.length).toBe(index + 1)
    answers[index]?.({ result: { outcome: 'success', payload: String(index) } })
    expect(await call).toEqual({ outcome: 'success', payload: String(index) })
  }
  await host.stop()
})

test('with a limit of no environments every call is throttled, those that wait too, until the limit is raised', async () => {
  const { environment, answers } = createHeldEnvironment()
  const host = createFunctionHost({ ...heldFunction, startEnvironment: () => environment })
  await host.warm()
  const running = host.invoke('1')
  const waiting = host.invoke('2')
  await expect.poll(() => answers.length).toBe(1)

  host.limitEnvironments(0)
  const throttled = {
    outcome: 'throttled',
    reason: 'No environment may run: 0 executions are reserved.',
    noneReserved: true,
  }
  expect(await waiting).toEqual(throttled)
  expect(await host.invoke('3')).toEqual(throttled)
  answers[0]?.({ result: { outcome: 'success', payload: '1' } })
  expect(await running).toEqual({ outcome: 'success', payload: '1' })
  expect(await host.invoke('4')).toEqual(throttled)

  host.limitEnvironments(1)
  const served = host.invoke('5')
  await expect.poll(() => answers.length).toBe(2)
  answers[1]?.({ result: { outcome: 'success', payload: '5' } })
  expect(await served).toEqual({ outcome: 'success', payload: '5' })
  await host.stop()
})

test('a lower limit counts the calls in flight: the next one waits until fewer run', async () => {
  const { environment, answers } = createHeldEnvironment()
  const host = createFunctionHost({
    ...heldFunction,
    maxEnvironments: 2,
    startEnvironment: () => environment,
  })
  const calls = [host.invoke('1'), host.invoke('2')]
  await expect.poll(() => answers.length).toBe(2)
  host.limitEnvironments(1)
  const third = host.invoke('3')
  answers[0]?.({ result: { outcome: 'success', payload: '1' } })
  await calls[0]
  await new Promise(setImmediate)
  expect(answers).toHaveLength(2)
  answers[1]?.({ result: { outcome: 'success', payload: '2' } })
  await expect.poll(() => answers.length).toBe(3)
  answers[2]?.({ result: { outcome: 'success', payload: '3' } })
  expect(await third).toEqual({ outcome: 'success', payload: '3' })
  await host.stop()
})
