import type { AsynchronousCondition } from '../../journal/asynchronous-events.ts'
import type { RecordEvent } from '../../journal/journal.ts'
import type { InvocationOptions, InvocationResult, Invoke } from '../invocation.ts'
import type { EventInvokeConfig } from './event-invoke-config.ts'
import { type FinishedEvent, toDeadLetter, toInvocationRecord } from './invocation-record.ts'
import type { SendToDestination } from './send-to-destination.ts'

/** Delays after the first and the second function error (invocation-async-error-handling). */
const ERROR_WAITS_MS = [60_000, 120_000]
/** After throttling the delay doubles from the first to the last. */
const FIRST_THROTTLE_WAIT_MS = 1_000
const LAST_THROTTLE_WAIT_MS = 300_000

export interface AsynchronousEvent {
  readonly requestId: string
  /** JSON text. */
  readonly payload: string
  readonly traceId?: string | undefined
  readonly qualifier?: string | undefined
  readonly tenantId?: string | undefined
}

export interface EventSettings {
  readonly config: EventInvokeConfig
  readonly deadLetterTargetArn: string | undefined
}

export interface EventQueueDeps {
  readonly functionName: string
  readonly functionArn: string
  /** Read for each event: function.json may change while events wait. */
  readonly settings: () => EventSettings
  readonly invoke: Invoke
  readonly send: SendToDestination
  readonly record: RecordEvent
  /** Epoch ms. */
  readonly now: () => number
  /** Monotonic ms. */
  readonly elapsedMs: () => number
  /** Rejects when the signal is aborted. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<unknown>
}

export interface EventQueue {
  readonly add: (event: AsynchronousEvent) => void
  /** Starts no more attempts; ends when those in flight have. Events that still wait are lost, which is recorded. */
  readonly stop: () => Promise<void>
}

const toOptions = ({ requestId, traceId, qualifier, tenantId }: AsynchronousEvent): InvocationOptions => ({
  source: 'asynchronous',
  requestId,
  ...(traceId !== undefined && { traceId }),
  ...(qualifier !== undefined && { qualifier }),
  ...(tenantId !== undefined && { tenantId }),
})

/**
 * One function's asynchronous invocations, by Lambda's rules (invocation-async-error-handling): a function error is retried
 * after one and then two minutes, a throttled event with growing delays, until the event's maximum age; with a reserved
 * concurrency of 0 it is not retried. The outcome goes to
 * the destination, and a failed event to the dead-letter target too.
 */
export function createEventQueue(deps: EventQueueDeps): EventQueue {
  const { functionName, functionArn, settings, invoke, send, record, now, elapsedMs, wait } = deps
  const stopped = new AbortController()
  const work = new Set<Promise<void>>()
  let lostEvents = 0

  async function run(event: AsynchronousEvent): Promise<FinishedEvent> {
    const expiresAt = elapsedMs() + settings().config.maximumEventAgeInSeconds * 1000
    const { requestId, payload } = event
    let lastResult: InvocationResult | undefined
    let invokeCount = 0
    let throttleWaitMs = FIRST_THROTTLE_WAIT_MS
    const finish = (condition: AsynchronousCondition) => ({
      requestId,
      payload,
      condition,
      invokeCount,
      lastResult,
    })
    for (;;) {
      stopped.signal.throwIfAborted()
      if (elapsedMs() >= expiresAt) return finish('EventAgeExceeded')
      const result = await invoke(payload, toOptions(event))
      let waitMs = throttleWaitMs
      if (result.outcome === 'throttled') {
        if (result.noneReserved) return finish('ZeroReservedConcurrency')
        throttleWaitMs = Math.min(2 * throttleWaitMs, LAST_THROTTLE_WAIT_MS)
      } else {
        lastResult = result
        invokeCount++
        if (result.outcome === 'success') return finish('Success')
        if (invokeCount > settings().config.maximumRetryAttempts) return finish('RetriesExhausted')
        waitMs = ERROR_WAITS_MS[invokeCount - 1] ?? 0
      }
      await wait(Math.min(waitMs, Math.max(0, expiresAt - elapsedMs())), stopped.signal)
    }
  }

  async function deliver(outcome: 'delivered' | 'dead-lettered', destination: string, json: string) {
    const fields = { functionName, destination }
    try {
      await send(destination, json)
      record({ name: `asynchronous.${outcome}`, ...fields })
    } catch (error) {
      // Nobody waits for the outcome; on AWS too only a metric counts it.
      const reason = error instanceof Error ? error.message : String(error)
      record({ name: 'asynchronous.undelivered', ...fields, reason })
    }
  }

  async function finish(event: FinishedEvent) {
    const { requestId, condition, invokeCount } = event
    record({ name: 'asynchronous.finished', functionName, requestId, condition, invokeCount })
    const { config, deadLetterTargetArn } = settings()
    const { onSuccess, onFailure } = config.destinationConfig
    const target = condition === 'Success' ? onSuccess : onFailure
    if (target) await deliver('delivered', target.destination, toInvocationRecord(event, functionArn, now()))
    if (condition !== 'Success' && deadLetterTargetArn !== undefined) {
      await deliver('dead-lettered', deadLetterTargetArn, toDeadLetter(event))
    }
  }

  async function handle(event: AsynchronousEvent) {
    try {
      await finish(await run(event))
    } catch (error) {
      if (!stopped.signal.aborted) throw error
      lostEvents++
    }
  }

  return {
    add: (event) => {
      const job = handle(event)
      work.add(job)
      void job.finally(() => work.delete(job))
    },
    stop: async () => {
      stopped.abort()
      while (work.size > 0) await Promise.all(work)
      if (lostEvents > 0) record({ name: 'asynchronous.undone', functionName, events: lostEvents })
    },
  }
}
