import type { Timer, TimerDeps } from './clock-timer.ts'

/** Runs every `everyMs`, counted from the start of the last run, and never while that runs. */
export function createRateTimer(everyMs: number, { run, now }: TimerDeps): Timer {
  let timeout: NodeJS.Timeout | undefined
  let stopped = false

  const fire = async () => {
    const startedAt = performance.now()
    await run(now())
    plan(Math.max(0, everyMs - (performance.now() - startedAt)))
  }
  const plan = (delayMs: number) => {
    if (!stopped) timeout = setTimeout(() => void fire(), delayMs)
  }

  return {
    start: () => plan(everyMs),
    stop: () => {
      stopped = true
      clearTimeout(timeout)
    },
  }
}
