/** Resolves to the result of the work, or to undefined after `limitMs`. The work itself continues. */
export async function withinMs<T>(limitMs: number, work: Promise<T>): Promise<T | undefined> {
  const { promise: timeUp, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => resolve(undefined), limitMs)
  try {
    return await Promise.race([work, timeUp])
  } finally {
    clearTimeout(timer)
  }
}
