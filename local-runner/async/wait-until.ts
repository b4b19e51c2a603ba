import { setTimeout as delay } from 'node:timers/promises'

const POLL_INTERVAL_MS = 40

/** Resolves true as soon as `condition` holds, false when it does not within `timeoutSeconds` or once `signal` aborts. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  { timeoutSeconds, signal }: { readonly timeoutSeconds: number; readonly signal?: AbortSignal },
): Promise<boolean> {
  const deadline = performance.now() + timeoutSeconds * 1000
  while (!signal?.aborted) {
    if (await condition()) return true
    if (performance.now() >= deadline) return false
    await delay(POLL_INTERVAL_MS)
  }
  return false
}
