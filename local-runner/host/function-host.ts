import { randomUUID } from 'node:crypto'
import type { FunctionError, InvocationResult, Invoke } from '../invocation.ts'
import type { RecordEvent } from '../journal.ts'
import { createEnvironmentSlot, type EnvironmentSlot } from './environment-slot.ts'
import type { ExecutionEnvironment } from './execution-environment.ts'
import type { InvocationLimits } from './invocation-limits.ts'
import type { Call } from './run-invocation.ts'
import { exited, timedOut } from './sandbox-errors.ts'

export interface Deps {
  readonly limits: InvocationLimits
  /** Most environments at once: the smaller of reservedConcurrency and the machine's share. */
  readonly maxEnvironments: number
  /** Most calls that wait for an environment; one more is throttled. */
  readonly queueLimit: number
  readonly startEnvironment: () => ExecutionEnvironment
  readonly record: RecordEvent
}

export interface FunctionHost {
  readonly invoke: Invoke
  /** Starts an environment ahead of the first call. */
  readonly warm: () => Promise<void>
  /** Why the last environment could not be initialized; undefined when it could. */
  readonly initFailure: () => string | undefined
  /** Throttles those who wait, finishes what runs, then ends the environments. */
  readonly stop: () => Promise<void>
}

type InitFailure = Exclude<Awaited<ReturnType<EnvironmentSlot['init']>>, { readonly outcome: 'initialized' }>

type Waiter = Call & { readonly answer: (result: InvocationResult) => void }

/**
 * One function's execution environments. A call takes an environment with room, or waits for the first that has: an
 * environment is started for it, but a busy one that is done earlier takes it over.
 */
export function createFunctionHost(deps: Deps): FunctionHost {
  const { limits, maxEnvironments, queueLimit, startEnvironment, record } = deps
  const perEnvironment = limits.maxConcurrency ?? 1
  const slots = new Set<EnvironmentSlot>()
  const work = new Set<Promise<unknown>>()
  const queue: Waiter[] = []
  let starting = 0
  let stopped = false
  let initFailure: string | undefined

  const track = (job: Promise<unknown>) => {
    work.add(job)
    void job.finally(() => work.delete(job))
  }

  async function runIn(slot: EnvironmentSlot, { answer, ...call }: Waiter) {
    const { result } = await slot.run(call)
    answer(result)
    serve()
  }

  async function start(): Promise<void> {
    starting++
    const slot = createEnvironmentSlot({ limits, environment: startEnvironment(), record })
    slots.add(slot)
    const outcome = await slot.init()
    starting--
    if (outcome.outcome === 'initialized') initFailure = undefined
    else {
      slots.delete(slot)
      initFailure = toInitError('-', outcome).errorMessage
      // As on AWS the calls that a cold start was for get its error; those behind them try again.
      for (const { requestId, answer } of queue.splice(0, perEnvironment)) {
        answer({ outcome: 'function-error', error: toInitError(requestId, outcome) })
      }
    }
    serve()
  }

  const toInitError = (requestId: string, outcome: InitFailure): FunctionError => {
    if (outcome.outcome === 'failed') return outcome.error
    return outcome.outcome === 'timeout'
      ? timedOut(requestId, limits.timeoutSeconds)
      : exited(requestId, outcome.ending)
  }

  function serve() {
    for (const slot of slots) {
      if (slot.isSpent()) {
        slots.delete(slot)
        track(slot.retire())
      }
      while (queue.length > 0 && slot.hasRoom()) {
        const waiter = queue.shift()
        if (waiter) track(runIn(slot, waiter))
      }
    }
    while (!stopped && queue.length > starting * perEnvironment && slots.size < maxEnvironments)
      track(start())
  }

  return {
    invoke: (payload, options) =>
      new Promise((answer) => {
        if (stopped) return answer({ outcome: 'throttled', reason: 'The runner is stopping.' })
        if (queue.length >= queueLimit) {
          return answer({ outcome: 'throttled', reason: `${queueLimit} calls wait already.` })
        }
        queue.push({ requestId: randomUUID(), payload, source: options?.source, answer })
        serve()
      }),
    warm: () => {
      const started = start()
      track(started)
      return started
    },
    initFailure: () => initFailure,
    stop: async () => {
      stopped = true
      for (const { answer } of queue.splice(0)) {
        answer({ outcome: 'throttled', reason: 'The runner is stopping.' })
      }
      while (work.size > 0) await Promise.all(work)
      await Promise.all([...slots].map((slot) => slot.retire()))
    },
  }
}
