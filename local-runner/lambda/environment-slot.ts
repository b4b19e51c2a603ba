import { withinMs } from '../async/within-ms.ts'
import type { EnvironmentFailure, RecordEnvironmentEvent } from '../journal/environment-events.ts'
import type {
  EnvironmentAnswer,
  ExecutionEnvironment,
  InitOutcome,
  InvokeMessage,
} from './execution-environment.ts'
import type { InvocationLimits } from './invocation-limits.ts'
import { type Call, type InvocationRun, runInvocation } from './run-invocation.ts'
import { initError } from './sandbox-errors.ts'

/** Lambda's limits for the init phase: for one invocation at a time, and for Managed Instances. */
const INIT_LIMIT_MS = 10_000
const MANAGED_INIT_LIMIT_MS = 130_000

export type SlotInit = InitOutcome | { readonly outcome: 'timeout'; readonly limitSeconds: number }

/**
 * The place of one environment. After a timeout, a crash or a failed init the place and its log stream remain, and the next
 * invocation initializes it again within its own timeout (AWS: suppressed init).
 */
export interface EnvironmentSlot {
  /** Runs the init phase; the slot takes invocations afterwards, whatever its outcome. */
  readonly init: () => Promise<void>
  /** Never rejects. */
  readonly run: (call: Call) => Promise<InvocationRun>
  /** True when another invocation can start now. */
  readonly hasRoom: () => boolean
  /** True when it takes no more invocations. */
  readonly isSpent: () => boolean
  /** `performance.now()` of the last result or the end of init; undefined while busy. */
  readonly idleSince: () => number | undefined
  /** As of its environment; false where nobody can tell. */
  readonly isComputing: () => boolean
  /** Takes no more invocations; ends when those in flight have ended. */
  readonly retire: () => Promise<void>
}

export interface EnvironmentSlotDeps {
  readonly limits: InvocationLimits
  readonly startEnvironment: () => ExecutionEnvironment
  readonly record: RecordEnvironmentEvent
  /** Called after every init, including suppressed ones. */
  readonly onInit: (outcome: SlotInit) => void
}

function statusOf(outcome: SlotInit): EnvironmentFailure {
  switch (outcome.outcome) {
    case 'initialized':
      return {}
    case 'timeout':
      return { status: 'timeout' }
    case 'failed':
    case 'exited':
      return { status: 'error', errorType: initError('-', outcome).errorType }
  }
}

export function createEnvironmentSlot({
  limits,
  startEnvironment,
  record,
  onInit,
}: EnvironmentSlotDeps): EnvironmentSlot {
  const { functionName, maxConcurrency, timeoutSeconds, logging } = limits
  const initLimitMs =
    maxConcurrency === undefined ? INIT_LIMIT_MS : Math.max(MANAGED_INIT_LIMIT_MS, timeoutSeconds * 1000)
  let state: 'starting' | 'open' | 'retiring' | 'gone' = 'starting'
  let environment: ExecutionEnvironment | undefined = startEnvironment()
  const { logStreamName, memoryMeasure } = environment
  let ready = false
  let running = 0
  let idleSince = performance.now()
  let reportedInitMs: number | undefined
  let maxUsedBytes = 0

  const isReady = () => ready && environment?.isAlive() === true
  const toMaxMemory = (usedBytes: number) => (maxUsedBytes = Math.max(maxUsedBytes, usedBytes))
  const discard = async () => {
    const discarded = environment
    environment = undefined
    ready = false
    await discarded?.terminate()
    if (discarded) record({ name: 'environment.ended', functionName, logStreamName })
  }
  const end = async () => {
    state = 'gone'
    await discard()
  }
  const retire = async () => {
    if (state === 'gone') return
    state = 'retiring'
    if (running === 0) await end()
  }

  /** Suppressed init: part of the invocation, so within its timeout and duration. */
  async function startAgain(message: InvokeMessage): Promise<EnvironmentAnswer> {
    await discard()
    const fresh = startEnvironment()
    environment = fresh
    const outcome = await fresh.init()
    if (environment === fresh) onInit(outcome)
    if (outcome.outcome === 'initialized') {
      ready = true
      return fresh.invoke(message)
    }
    if (environment === fresh) await discard()
    return { result: { outcome: 'function-error', error: initError(message.requestId, outcome) } }
  }

  return {
    retire,
    hasRoom: () => state === 'open' && running < (isReady() ? (maxConcurrency ?? 1) : 1),
    isSpent: () => state === 'retiring' || state === 'gone',
    isComputing: () => environment?.isComputing?.() ?? false,
    idleSince: () => (state === 'open' && running === 0 ? idleSince : undefined),

    init: async () => {
      record({ name: 'environment.starting', functionName, logStreamName, memoryMeasure, logging })
      const startedAt = performance.now()
      const work = environment?.init() ?? Promise.resolve({ outcome: 'exited', ending: undefined } as const)
      const outcome: SlotInit = (await withinMs(initLimitMs, work)) ?? {
        outcome: 'timeout',
        limitSeconds: initLimitMs / 1000,
      }
      if (state !== 'starting') return
      const initMs = performance.now() - startedAt
      record({
        name: 'environment.init',
        functionName,
        logStreamName,
        initMs,
        logging,
        ...outcome,
        ...statusOf(outcome),
      })
      if (outcome.outcome === 'initialized') {
        ready = true
        reportedInitMs = initMs
        maxUsedBytes = outcome.usedMemoryBytes
      } else await discard()
      state = 'open'
      idleSince = performance.now()
      onInit(outcome)
    },

    run: async (call) => {
      running++
      const initMs = reportedInitMs
      reportedInitMs = undefined
      const invoke = ready && environment?.isAlive() ? environment.invoke : startAgain
      const ran = await runInvocation(call, { limits, logStreamName, invoke, record, initMs, toMaxMemory })
      running--
      idleSince = performance.now()
      if (ran.timedOut && !ready) onInit({ outcome: 'timeout', limitSeconds: timeoutSeconds })
      // Other invocations share this environment, so a timeout only abandons the invocation; its code still runs.
      if (ran.timedOut && isReady() && maxConcurrency !== undefined) state = 'retiring'
      else if (ran.timedOut || !isReady()) await discard()
      if (state === 'retiring') await retire()
      return ran
    },
  }
}
