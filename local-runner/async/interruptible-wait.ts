/** Waits `delayMs`, or less when one of the signals aborts. Never rejects. */
export async function interruptibleWait(delayMs: number, signals: readonly AbortSignal[]): Promise<void> {
  if (signals.some((signal) => signal.aborted)) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, delayMs)
  const wake = () => resolve()
  for (const signal of signals) signal.addEventListener('abort', wake)
  try {
    await promise
  } finally {
    clearTimeout(timer)
    for (const signal of signals) signal.removeEventListener('abort', wake)
  }
}
