import type { CloseReason } from '../journal/batch-events.ts'

export interface PaceDeps {
  /** Most batches in flight at once. */
  readonly maxConcurrency: () => number
  /** Monotonic ms. */
  readonly elapsedMs: () => number
}

/** A batch in flight, as far as others wait for it. */
export interface PacedBatch {
  /** It takes longer for a reason of its own, such as a retry: nothing waits for it any more. */
  readonly delay: () => void
  readonly end: () => void
}

export interface Pace {
  /** Whether a batch that closes for this reason may start beside those in flight. */
  readonly mayStart: (close: CloseReason) => boolean
  /** Ms until nothing waits for a batch in flight any more; undefined: nothing does. */
  readonly waitMs: () => number | undefined
  readonly begin: () => PacedBatch
}

/** A batch that takes this many times the usual is slow. */
const SLOW_FACTOR = 2
/** Below it, a pause of the garbage collector would count as slow. */
const MIN_SLOW_MS = 20
/** A function that waits for others gains by parallel batches, however long it always takes. */
const MAX_SLOW_MS = 100
/** The share of the newest batch in the usual time. */
const WEIGHT = 0.2

interface InFlight {
  readonly startedMs: number
  isDelayed: boolean
}

/**
 * Decides when a batch starts beside others. One that is not full waits for the one before it and takes what gathers meanwhile:
 * many small invocations cost more than few large ones, here, in the function and in all it calls. A full one gains nothing by
 * waiting. One that is retried, throttled or slow holds up its own partitions only.
 */
export function createPace({ maxConcurrency, elapsedMs }: PaceDeps): Pace {
  const inFlight = new Set<InFlight>()
  let usualMs = MAX_SLOW_MS / SLOW_FACTOR

  const slowMs = () => Math.min(Math.max(SLOW_FACTOR * usualMs, MIN_SLOW_MS), MAX_SLOW_MS)
  const waitMs = () => {
    const begun = [...inFlight].filter(({ isDelayed }) => !isDelayed).map(({ startedMs }) => startedMs)
    const remainingMs = Math.max(...begun) + slowMs() - elapsedMs()
    return remainingMs > 0 ? remainingMs : undefined
  }

  return {
    waitMs,
    mayStart: (close) => inFlight.size < maxConcurrency() && (close !== 'window' || waitMs() === undefined),
    begin: () => {
      const one: InFlight = { startedMs: elapsedMs(), isDelayed: false }
      inFlight.add(one)
      return {
        delay: () => {
          one.isDelayed = true
        },
        end: () => {
          inFlight.delete(one)
          // Limited, so that one long pause does not decide for many batches.
          const tookMs = Math.min(elapsedMs() - one.startedMs, slowMs())
          if (!one.isDelayed) usualMs += WEIGHT * (tookMs - usualMs)
        },
      }
    },
  }
}
