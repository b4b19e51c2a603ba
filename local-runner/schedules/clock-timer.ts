/** Until a clock that was set is noticed; AWS runs a schedule within a minute of its time. */
const CHECK_MS = 1_000
/** Times that are remembered, so that a clock that is set back does not repeat their runs. */
const REMEMBERED_TIMES = 1_000

export interface TimerDeps {
  /** Never rejects. @param epochMs the time that this run is for */
  readonly run: (epochMs: number) => Promise<unknown>
  /** The wall clock, in epoch ms. */
  readonly now: () => number
}

export interface Timer {
  readonly start: () => void
  /** Starts no more runs; one that runs goes on. */
  readonly stop: () => void
}

/**
 * Runs at times of the wall clock, each once however often the clock is set. Times that pass together, because the clock
 * jumps, the machine sleeps or a run takes long, become one run.
 */
export function createClockTimer(
  nextMs: (afterEpochMs: number) => number | undefined,
  { run, now }: TimerDeps,
): Timer {
  const done = new Set<number>()
  let timeout: NodeJS.Timeout | undefined
  let stopped = false
  let seenMs = now()
  let dueMs: number | undefined

  const nextAfter = (epochMs: number) => {
    let next = nextMs(epochMs)
    while (next !== undefined && done.has(next)) next = nextMs(next)
    return next
  }
  const remember = (epochMs: number) => {
    done.add(epochMs)
    const [oldest] = done
    if (done.size > REMEMBERED_TIMES && oldest !== undefined) done.delete(oldest)
  }
  const check = async () => {
    const nowMs = now()
    if (nowMs < seenMs) dueMs = nextAfter(nowMs)
    seenMs = nowMs
    if (dueMs !== undefined && dueMs <= nowMs) {
      remember(dueMs)
      await run(dueMs)
      dueMs = nextAfter(nowMs)
    }
    plan()
  }
  const plan = () => {
    if (stopped) return
    const leftMs = dueMs === undefined ? CHECK_MS : dueMs - now()
    timeout = setTimeout(() => void check(), Math.max(0, Math.min(CHECK_MS, leftMs)))
  }

  return {
    start: () => {
      seenMs = now()
      dueMs = nextAfter(seenMs)
      plan()
    },
    stop: () => {
      stopped = true
      clearTimeout(timeout)
    },
  }
}
