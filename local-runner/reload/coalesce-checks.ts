const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

/**
 * Runs `check` for every caller; each caller's check starts after its call. Calls during a check share the next one. Before
 * a check the event loop turns once, so that the file watch can report the changes up to then.
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
