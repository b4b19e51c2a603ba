import type { RecordEnvironmentEvent } from '../journal/environment-events.ts'
import { createEnvironmentSlot, type EnvironmentSlot, type SlotInit } from './environment-slot.ts'
import type { ExecutionEnvironment } from './execution-environment.ts'
import type { InvocationResult, Invoke } from './invocation.ts'
import type { InvocationLimits } from './invocation-limits.ts'
import type { Call } from './run-invocation.ts'
import { initError, timedOut } from './sandbox-errors.ts'

/** A built function. */
export interface Bundle {
  /** Absolute: its folder. */
  readonly taskRoot: string
  /** Such as `index.handler`. */
  readonly handler: string
  readonly buildId: string
}

export interface FunctionHostDeps {
  readonly limits: InvocationLimits
  readonly bundle: Bundle
  /** Most environments at once: reservedConcurrency, limited by the machine. */
  readonly maxEnvironments: number
  /** Most calls that wait for an environment; further ones are throttled. With 0 a call waits only for its own cold start. */
  readonly queueLimit: number
  /** An environment that is idle this long is ended. */
  readonly idleLimitMs: number
  readonly newLogStreamName: () => string
  readonly startEnvironment: (bundle: Bundle, logStreamName: string) => ExecutionEnvironment
  readonly record: RecordEnvironmentEvent
}

export interface FunctionHost {
  readonly invoke: Invoke
  /** Starts an environment ahead of the first call. */
  readonly warm: () => Promise<void>
  /** Runs every later call in the new bundle. Settles when the calls in flight have ended in the old one. */
  readonly retire: (next: Bundle) => Promise<void>
  /** Why the last init failed; undefined when it succeeded. */
  readonly initFailure: () => string | undefined
  /** Throttles the calls that wait, finishes those in flight, then ends the environments. */
  readonly stop: () => Promise<void>
}

/** A host that can prepare its next environment ahead of a build. */
export interface RunningHost extends FunctionHost {
  /**
   * Starts an empty thread that becomes the next environment; settles when it can load code. Does nothing for other kinds of
   * environment.
   */
  readonly prepareSpare: () => Promise<void>
}

type Waiter = Call & { readonly answer: (result: InvocationResult) => void }

const STOPPING = { outcome: 'throttled', reason: 'The runner is stopping.' } as const

/**
 * One function's execution environments. A call runs in an environment with room, or waits: a new environment is started for
 * it, but a busy one that becomes free earlier takes it.
 */
export function createFunctionHost(deps: FunctionHostDeps): FunctionHost {
  const { limits, maxEnvironments, queueLimit, startEnvironment, record, idleLimitMs } = deps
  const perEnvironment = limits.maxConcurrency ?? 1
  const slots = new Set<EnvironmentSlot>()
  const work = new Set<Promise<unknown>>()
  const queue: Waiter[] = []
  let { bundle } = deps
  let starting = 0
  let stopped = false
  let initFailure: string | undefined

  const reap = setInterval(() => {
    for (const slot of slots) {
      const idleSince = slot.idleSince()
      if (idleSince !== undefined && performance.now() - idleSince >= idleLimitMs) void leave(slot)
    }
  }, idleLimitMs / 4).unref()

  const track = <T>(job: Promise<T>): Promise<T> => {
    work.add(job)
    void job.finally(() => work.delete(job))
    return job
  }
  /** Removed from `slots` at once, so that its last calls do not count towards maxEnvironments. */
  const leave = (slot: EnvironmentSlot) => {
    slots.delete(slot)
    return track(slot.retire())
  }
  const onInit = (outcome: SlotInit) => {
    if (outcome.outcome === 'initialized') initFailure = undefined
    else if (outcome.outcome === 'timeout') initFailure = timedOut('-', outcome.limitSeconds).errorMessage
    else initFailure = initError('-', outcome).errorMessage
    serve()
  }

  async function runIn(slot: EnvironmentSlot, { answer, ...call }: Waiter) {
    const { result } = await slot.run(call)
    answer(result)
    serve()
  }

  async function start(): Promise<void> {
    starting++
    const current = bundle
    const logStreamName = deps.newLogStreamName()
    const slot = createEnvironmentSlot({
      limits,
      record: (event) => record({ ...event, buildId: current.buildId }),
      onInit,
      startEnvironment: () => startEnvironment(current, logStreamName),
    })
    slots.add(slot)
    await slot.init()
    starting--
    serve()
  }

  /** Places that exist or can be started, less the calls that wait for them. */
  const places = () => (starting + Math.max(0, maxEnvironments - slots.size)) * perEnvironment - queue.length

  function serve() {
    for (const slot of slots) {
      if (slot.isSpent()) void leave(slot)
      while (queue.length > 0 && slot.hasRoom()) {
        const waiter = queue.shift()
        if (waiter) void track(runIn(slot, waiter))
      }
    }
    while (!stopped && queue.length > starting * perEnvironment && slots.size < maxEnvironments)
      void track(start())
  }

  const throttledNow = () =>
    queue.length >= queueLimit && places() <= 0 && ![...slots].some((slot) => slot.hasRoom())

  return {
    invoke: (payload, options = {}) =>
      new Promise((answer) => {
        if (stopped) return answer(STOPPING)
        if (throttledNow()) {
          const reason =
            queueLimit === 0
              ? `All ${maxEnvironments} environments are busy.`
              : `${queueLimit} calls wait already.`
          return answer({ outcome: 'throttled', reason })
        }
        queue.push({ payload, options, answer })
        serve()
      }),
    warm: () => track(start()),
    retire: async (next) => {
      bundle = next
      const old = [...slots].map(leave)
      serve()
      await Promise.all(old)
    },
    initFailure: () => initFailure,
    stop: async () => {
      stopped = true
      clearInterval(reap)
      for (const { answer } of queue.splice(0)) answer(STOPPING)
      while (work.size > 0) await Promise.all(work)
      await Promise.all([...slots].map(leave))
    },
  }
}
