import type { RecordEnvironmentEvent } from '../journal/environment-events.ts'
import { createEnvironmentSlot, type EnvironmentSlot, type SlotInit } from './environment-slot.ts'
import type { ExecutionEnvironment } from './execution-environment.ts'
import type { Growth } from './growth.ts'
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
  readonly growth: Growth
  /** Of these environments, so many are never busy with calls for which nobody waits: batches, events and schedules. */
  readonly keptForCallers: number
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
  /**
   * The most environments at once from now on: no call is given to one too many, and one too many ends when it is idle. With 0
   * every call is throttled.
   */
  readonly limitEnvironments: (maxEnvironments: number) => void
  /** Why the last init failed; undefined when it succeeded. */
  readonly initFailure: () => string | undefined
  /** Throttles the calls that wait, finishes those in flight, then ends the environments. */
  readonly stop: () => Promise<void>
}

/** A host that knows its machine, and can prepare its next environment ahead of a build. */
export interface RunningHost extends FunctionHost {
  /** Limits the environments to what is reserved; undefined: to what the machine can run. */
  readonly reserve: (concurrency: number | undefined) => void
  /**
   * Starts an empty thread that becomes the next environment; settles when it can load code. Does nothing for other kinds of
   * environment.
   */
  readonly prepareSpare: () => Promise<void>
}

type Waiter = Call & { readonly answer: (result: InvocationResult) => void; readonly queuedMs: number }

const isBackground = ({ options: { source } }: Call) =>
  source === 'kafka' || source === 'asynchronous' || source === 'schedule'

const STOPPING = { outcome: 'throttled', reason: 'The runner is stopping.' } as const
const NONE_MAY_RUN = {
  outcome: 'throttled',
  reason: 'No environment may run: 0 executions are reserved.',
  noneReserved: true,
} as const

/**
 * One function's execution environments. A call runs in an environment with room, or waits: a new environment is started for
 * it where that helps, but a busy one that becomes free earlier takes it.
 */
export function createFunctionHost(deps: FunctionHostDeps): FunctionHost {
  const { limits, queueLimit, startEnvironment, record, idleLimitMs, growth, keptForCallers } = deps
  const perEnvironment = limits.maxConcurrency ?? 1
  const slots = new Set<EnvironmentSlot>()
  /** Whom an environment has served: with tenant isolation it serves nobody else. */
  const tenants = new WeakMap<EnvironmentSlot, string>()
  const work = new Set<Promise<unknown>>()
  const queue: Waiter[] = []
  let { bundle, maxEnvironments } = deps
  let starting = 0
  /** Running calls for which nobody waits. */
  let background = 0
  let growTimer: NodeJS.Timeout | undefined
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

  /** With several calls in one environment, there is room enough. */
  const backgroundLeft = () =>
    perEnvironment > 1 ? Infinity : Math.max(1, maxEnvironments - keptForCallers) - background
  const isAdmitted = (waiter: Waiter) => !isBackground(waiter) || backgroundLeft() > 0
  const admitted = () => {
    const waiting = queue.filter(isBackground).length
    return queue.length - waiting + Math.min(waiting, Math.max(0, backgroundLeft()))
  }

  /** The first waiting call that this environment may serve, taken out of the queue. */
  const takeFor = (slot: EnvironmentSlot): Waiter | undefined => {
    const tenant = tenants.get(slot)
    const index = queue.findIndex(
      (waiter) => (tenant === undefined || waiter.options.tenantId === tenant) && isAdmitted(waiter),
    )
    return index === -1 ? undefined : queue.splice(index, 1)[0]
  }

  async function runIn(slot: EnvironmentSlot, { answer, ...call }: Waiter) {
    if (call.options.tenantId !== undefined) tenants.set(slot, call.options.tenantId)
    const isUnawaited = isBackground(call)
    if (isUnawaited) background++
    const { result } = await slot.run(call)
    if (isUnawaited) background--
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

  /** A tenant cannot wait for another's environment. */
  const growthWaitMs = (waiter: Waiter | undefined) =>
    waiter === undefined || waiter.options.tenantId !== undefined
      ? 0
      : growth.waitMs(slots, performance.now() - waiter.queuedMs)

  function serve() {
    for (const slot of slots) {
      const isOneTooMany = slots.size > maxEnvironments && slot.idleSince() !== undefined
      if (slot.isSpent() || isOneTooMany) void leave(slot)
    }
    if (slots.size > maxEnvironments) return
    for (const slot of slots) {
      while (slot.hasRoom()) {
        const waiter = takeFor(slot)
        if (!waiter) break
        void track(runIn(slot, waiter))
      }
    }
    clearTimeout(growTimer)
    while (!stopped && admitted() > starting * perEnvironment) {
      const waitMs = slots.size < maxEnvironments ? growthWaitMs(queue[starting * perEnvironment]) : 0
      if (waitMs > 0) {
        growTimer = setTimeout(serve, waitMs)
        return
      }
      if (slots.size >= maxEnvironments) {
        // One that is idle although calls wait is another tenant's.
        const idle = [...slots].find(({ idleSince }) => idleSince() !== undefined)
        if (!idle) return
        void leave(idle)
      }
      void track(start())
    }
  }

  const throttleAll = (result: InvocationResult) => {
    for (const { answer } of queue.splice(0)) answer(result)
  }

  const throttledNow = () =>
    queue.length >= queueLimit && places() <= 0 && ![...slots].some((slot) => slot.hasRoom())

  return {
    invoke: (payload, options = {}) =>
      new Promise((answer) => {
        if (stopped) return answer(STOPPING)
        if (maxEnvironments === 0) return answer(NONE_MAY_RUN)
        if (throttledNow()) {
          const reason =
            queueLimit === 0
              ? `All ${maxEnvironments} environments are busy.`
              : `${queueLimit} calls wait already.`
          return answer({ outcome: 'throttled', reason })
        }
        queue.push({ payload, options, answer, queuedMs: performance.now() })
        serve()
      }),
    warm: () => track(start()),
    retire: async (next) => {
      bundle = next
      const old = [...slots].map(leave)
      serve()
      await Promise.all(old)
    },
    limitEnvironments: (most) => {
      maxEnvironments = most
      if (most === 0) throttleAll(NONE_MAY_RUN)
      serve()
    },
    initFailure: () => initFailure,
    stop: async () => {
      stopped = true
      clearInterval(reap)
      clearTimeout(growTimer)
      throttleAll(STOPPING)
      while (work.size > 0) await Promise.all(work)
      await Promise.all([...slots].map(leave))
    },
  }
}
