import type { RecordEvent } from '../journal.ts'
import { withinMs } from '../within-ms.ts'
import type { ExecutionEnvironment, InitOutcome } from './execution-environment.ts'
import type { InvocationLimits } from './invocation-limits.ts'
import { runInvocation, type Call, type Ran } from './run-invocation.ts'

/** Lambda's limit for the init phase. */
const INIT_LIMIT_MS = 10_000

/** One environment and how far it is: `open` takes invocations, `retiring` only finishes what it has, `gone` is ended. */
export interface EnvironmentSlot {
  readonly init: () => Promise<InitOutcome | { readonly outcome: 'timeout' }>
  /** Never rejects. */
  readonly run: (call: Call) => Promise<Ran>
  /** True when another invocation may start in it now. */
  readonly hasRoom: () => boolean
  /** True once it takes no more invocations: it retires, or it died, also while it was idle. */
  readonly isSpent: () => boolean
  /** Takes no more; ends when those in flight have their answers. */
  readonly retire: () => Promise<void>
}

export interface Deps {
  readonly limits: InvocationLimits
  readonly environment: ExecutionEnvironment
  readonly record: RecordEvent
}

export function createEnvironmentSlot({ limits, environment, record }: Deps): EnvironmentSlot {
  const { functionName, maxConcurrency } = limits
  const { logStreamName } = environment
  let state: 'starting' | 'open' | 'retiring' | 'gone' = 'starting'
  let running = 0
  let reportedInitMs: number | undefined
  let mostUsedBytes = 0

  const end = async () => {
    state = 'gone'
    await environment.terminate()
    record({ name: 'environment.ended', functionName, logStreamName })
  }
  const retire = async () => {
    if (state === 'gone') return
    state = 'retiring'
    if (running === 0) await end()
  }
  const noteMemory = (usedBytes: number) => (mostUsedBytes = Math.max(mostUsedBytes, usedBytes))

  return {
    retire,
    hasRoom: () => state === 'open' && environment.isAlive() && running < (maxConcurrency ?? 1),
    isSpent: () => state === 'retiring' || state === 'gone' || (state === 'open' && !environment.isAlive()),

    init: async () => {
      record({
        name: 'environment.starting',
        functionName,
        logStreamName,
        memoryMeasure: environment.memoryMeasure,
      })
      const startedAt = performance.now()
      const outcome = (await withinMs(INIT_LIMIT_MS, environment.init())) ?? ({ outcome: 'timeout' } as const)
      const initMs = performance.now() - startedAt
      record({ name: 'environment.init', functionName, logStreamName, initMs, ...outcome })
      if (outcome.outcome !== 'initialized') await end()
      else if (state === 'starting') {
        state = 'open'
        reportedInitMs = initMs
        mostUsedBytes = outcome.usedMemoryBytes
      }
      return outcome
    },

    run: async (call) => {
      running++
      const initMs = reportedInitMs
      reportedInitMs = undefined
      const ran = await runInvocation(call, { limits, environment, record, initMs, noteMemory })
      running--
      if (!environment.isAlive()) await end()
      else if (ran.timedOut && maxConcurrency === undefined) await end()
      // Many invocations share this environment, so a late one is only given up; the code behind it still runs.
      else if (ran.timedOut || state === 'retiring') await retire()
      return ran
    },
  }
}
