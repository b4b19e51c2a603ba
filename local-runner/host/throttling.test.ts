import { expect, test } from 'vitest'
import type { EnvironmentAnswer, ExecutionEnvironment } from './execution-environment.ts'
import { createFunctionHost } from './function-host.ts'

/** An environment that answers when it is told to. */
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
    limits: {
      functionName: 'held',
      functionArn: 'held',
      timeoutSeconds: 900,
      memorySizeMb: 128,
      maxConcurrency: undefined,
      logging: { logFormat: 'Text', applicationLogLevel: undefined, systemLogLevel: 'INFO' },
    },
    bundle: { taskRoot: '/', handler: 'index.handler', buildId: 'x' },
    maxEnvironments: 1,
    queueLimit: 2,
    idleLimitMs: 600_000,
    newLogStreamName: () => 'held',
    startEnvironment: () => environment,
    record: () => undefined,
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
