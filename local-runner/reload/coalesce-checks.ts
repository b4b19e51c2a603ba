const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

/**
 * Runs `check` for every caller, and each caller's check begins after it called; those who call while one runs share the
 * next. Before a check the event loop turns once, so that what the file watch has to tell by then is told.
 */
export function coalesceChecks<T>(check: () => T | Promise<T>): () => Promise<T> {
  let running: Promise<unknown> = Promise.resolve()
  let queued: Promise<T> | undefined
  async function runNext(): Promise<T> {
    await running.catch(() => undefined)
    await nextTurn()
    queued = undefined
    const result = Promise.resolve(check())
    running = result
    return result
  }
  return () => (queued ??= runNext())
}
