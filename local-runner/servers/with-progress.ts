const FIRST_AFTER_MS = 1000
const THEN_EVERY_MS = 5000

/** Awaits `work`. When it takes more than a second, prints what is running and for how long, until it ends. */
export async function withProgress<T>(
  print: (line: string) => void,
  what: string,
  work: Promise<T>,
): Promise<T> {
  const startedAt = performance.now()
  const report = () => {
    print(`${what} ... ${Math.round((performance.now() - startedAt) / 1000)} s`)
    timer = setTimeout(report, THEN_EVERY_MS)
  }
  let timer = setTimeout(report, FIRST_AFTER_MS)
  try {
    return await work
  } finally {
    clearTimeout(timer)
  }
}
