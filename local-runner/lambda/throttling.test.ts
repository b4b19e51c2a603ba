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
