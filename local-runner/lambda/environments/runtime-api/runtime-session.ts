import { randomUUID } from 'node:crypto'
import { type CappedStream, createCappedStream } from '../../capped-stream.ts'
import type { EnvironmentAnswer, InitOutcome, InvokeMessage } from '../../execution-environment.ts'
import type { FunctionError, InvocationResult } from '../../invocation.ts'
import { exited } from '../../sandbox-errors.ts'
import {
  invalidInvocationId,
  invalidRequestId,
  invalidTransition,
  type Refusal,
  type RuntimeState,
} from './runtime-api-errors.ts'

export interface Delivery extends InvokeMessage {
  /** Identifies the attempt; the request id identifies the invocation. */
  readonly invocationId: string
}

type Give = (delivery: Delivery) => void

export interface RuntimeSession {
  readonly initialized: Promise<InitOutcome>
  readonly invoke: (message: InvokeMessage) => Promise<EnvironmentAnswer>
  /** Call it when the runtime has ended: answers everybody who waits for it. `ending` as in `exited`. */
  readonly end: (ending: string | undefined) => void
  readonly isAlive: () => boolean

  /** The runtime asks for work. @returns the function that withdraws the request */
  readonly next: (give: Give) => () => void
  /** Why the runtime may not answer this invocation now; undefined when it may. */
  readonly refusal: (
    requestId: string,
    invocationId: string | undefined,
    to: 'InvocationResponse' | 'InvocationErrorResponse',
  ) => Refusal | undefined
  /** What the caller of this invocation streams to; undefined when it wants the whole answer. */
  readonly streamOf: (requestId: string) => CappedStream | undefined
  readonly answer: (requestId: string, result: InvocationResult) => void
  readonly initError: (error: FunctionError) => Refusal | undefined
}

export interface RuntimeSessionDeps {
  /** More than one `next` at a time, as Managed Instances. */
  readonly multiConcurrent: boolean
  readonly usedMemoryBytes: () => number
}

interface InFlight {
  readonly delivery: Delivery
  readonly resolve: (answer: EnvironmentAnswer) => void
}

/** One runtime at the Runtime API: which requests it may send when, by the rules of AWS's own emulator. */
export function createRuntimeSession({
  multiConcurrent,
  usedMemoryBytes,
}: RuntimeSessionDeps): RuntimeSession {
  const init = Promise.withResolvers<InitOutcome>()
  const inFlight = new Map<string, InFlight>()
  /** Not given to the runtime yet. */
  const pending: Delivery[] = []
  const waiting: Give[] = []
  let state: RuntimeState = 'Started'
  let lastAnswered: string | undefined
  /** Gives the last answer to its caller. */
  let finish: (() => void) | undefined
  let ended = false
  let howItEnded: string | undefined

  const dead = (requestId: string): EnvironmentAnswer => ({
    result: { outcome: 'function-error', error: exited(requestId, howItEnded) },
  })
  const give = (to: Give, delivery: Delivery) => {
    state = 'Running'
    to(delivery)
  }

  return {
    initialized: init.promise,
    isAlive: () => !ended,

    invoke: (message) =>
      new Promise((resolve) => {
        if (ended) return resolve(dead(message.requestId))
        const delivery = { ...message, invocationId: randomUUID() }
        inFlight.set(message.requestId, { delivery, resolve })
        const first = waiting.shift()
        if (first) give(first, delivery)
        else pending.push(delivery)
      }),

    end: (ending) => {
      if (ended) return
      ended = true
      howItEnded = ending
      finish?.()
      init.resolve({ outcome: 'exited', ending })
      for (const [requestId, { resolve }] of inFlight) resolve(dead(requestId))
      inFlight.clear()
    },

    next: (to) => {
      init.resolve({ outcome: 'initialized', usedMemoryBytes: usedMemoryBytes() })
      lastAnswered = undefined
      finish?.()
      finish = undefined
      // A second request before the answer waits, although AWS's emulator would return the same invocation again: AWS's
      // client asks before the end of a failed stream has arrived.
      const delivery = pending.shift()
      if (delivery) give(to, delivery)
      else {
        state = 'Ready'
        waiting.push(to)
      }
      return () => {
        const index = waiting.indexOf(to)
        if (index !== -1) waiting.splice(index, 1)
      }
    },

    refusal: (requestId, invocationId, to) => {
      if (requestId === lastAnswered && !multiConcurrent) return invalidTransition(state, to)
      const known = inFlight.get(requestId)
      if (!known || pending.includes(known.delivery)) return invalidRequestId
      const isWrong = invocationId !== undefined && invocationId !== known.delivery.invocationId
      return isWrong ? invalidInvocationId : undefined
    },

    streamOf: (requestId) => {
      const onChunk = inFlight.get(requestId)?.delivery.onChunk
      return onChunk && createCappedStream(onChunk)
    },

    answer: (requestId, result) => {
      const call = inFlight.get(requestId)
      inFlight.delete(requestId)
      const answerNow = () => call?.resolve({ result, usedMemoryBytes: usedMemoryBytes() })
      if (multiConcurrent || waiting.length > 0) return answerNow()
      // The invocation lasts until the runtime asks for the next one: before that it may still run, or end.
      finish = answerNow
      lastAnswered = requestId
      state = 'RuntimeResponseSentState'
    },

    initError: (error) => {
      if (state !== 'Started') return invalidTransition(state, 'InitError')
      state = 'InitError'
      init.resolve({ outcome: 'failed', error })
      return undefined
    },
  }
}
