import type { ExecutionEnvironment, InitOutcome } from '../lambda/execution-environment.ts'
import type { FunctionHostDeps } from '../lambda/function-host.ts'
import { immediateGrowth } from '../lambda/growth.ts'

/** Everything that a host needs, except `startEnvironment`. */
export const heldFunction: Omit<FunctionHostDeps, 'startEnvironment'> = {
  limits: {
    functionName: 'held',
    functionArn: 'held',
    timeoutSeconds: 3,
    memorySizeMb: 128,
    maxConcurrency: undefined,
    logging: { logFormat: 'Text', applicationLogLevel: undefined, systemLogLevel: 'INFO' },
  },
  bundle: { taskRoot: '/', handler: 'index.handler', buildId: 'x' },
  maxEnvironments: 1,
  growth: immediateGrowth,
  keptForCallers: 0,
  queueLimit: 2,
  idleLimitMs: 600_000,
  newLogStreamName: () => 'held',
  record: () => undefined,
}

/** Environments that answer with the payload as a string; the first `initNever` of them never finish their init. */
export function createFakeEnvironments({ initNever = 0 } = {}) {
  const started: ExecutionEnvironment[] = []
  return {
    started,
    environment: (): ExecutionEnvironment => {
      let alive = true
      const init = Promise.withResolvers<InitOutcome>()
      if (started.length >= initNever) init.resolve({ outcome: 'initialized', usedMemoryBytes: 0 })
      const environment: ExecutionEnvironment = {
        logStreamName: 'held',
        memoryMeasure: 'nothing',
        init: () => init.promise,
        invoke: async ({ payload }) => ({
          result: { outcome: 'success', payload: JSON.stringify(payload) },
        }),
        isAlive: () => alive,
        terminate: async () => {
          alive = false
          init.resolve({ outcome: 'exited', ending: 'signal: killed' })
        },
      }
      started.push(environment)
      return environment
    },
  }
}
