/**
 * A time limit for one thing after another, with one timer for all of them: a timer and an AbortController for each mail
 * cost more than its words. The timer does not keep the process alive.
 */
export interface TimeLimit {
  /** From now on the next thing has `ms`. */
  readonly begin: () => void
  readonly isOver: () => boolean
  /** Called once when the time is over; undefined for nobody. */
  readonly onOver: (callback: (() => void) | undefined) => void
}

export function createTimeLimit(ms: number): TimeLimit {
  let isOver = false
  let callback: (() => void) | undefined
  let timer: NodeJS.Timeout | undefined
  const end = () => {
    isOver = true
    callback?.()
  }
  return {
    begin: () => {
      isOver = false
      timer = timer?.refresh() ?? setTimeout(end, ms).unref()
    },
    isOver: () => isOver,
    onOver: (next) => void (callback = next),
  }
}
