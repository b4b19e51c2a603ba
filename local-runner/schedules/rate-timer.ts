import type { Timer, TimerDeps } from './clock-timer.ts'

/** Node.js fires at once what is to wait longer. */
const LONGEST_WAIT_MS = 2 ** 31 - 1

/** Runs every `everyMs`, counted from the start of the last run, and never while that runs. */
export function createRateTimer(everyMs: number, { run, now }: TimerDeps): Timer {
  let timeout: NodeJS.Timeout | undefined
  let stopped = false

  const fire = async () => {
    const startedAt = performance.now()
    await run(now())
    plan(startedAt + everyMs)
  }
  /** @param dueAt as of `performance.now()` */
  const plan = (dueAt: number) => {
    if (stopped) return
    const leftMs = Math.max(0, dueAt - performance.now())
    const next = leftMs > LONGEST_WAIT_MS ? () => plan(dueAt) : () => void fire()
    timeout = setTimeout(next, Math.min(leftMs, LONGEST_WAIT_MS))
  }

  return {
    start: () => plan(performance.now() + everyMs),
    stop: () => {
      stopped = true
      clearTimeout(timeout)
    },
  }
}
