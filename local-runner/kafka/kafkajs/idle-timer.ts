import { createRequire } from 'node:module'

const load = createRequire(import.meta.url)

const PATCHED_VERSION = '2.2.4'
const CHECK_INTERVAL_MS = 10

interface RequestQueue {
  readonly throttledUntil: number
  readonly pending: readonly unknown[]
  readonly checkPendingRequests: () => void
  throttleCheckTimeoutId: NodeJS.Timeout | null
}

interface RequestQueueClass {
  readonly prototype: { scheduleCheckPendingRequests: (this: RequestQueue) => void }
}

function isRequestQueueClass(value: unknown): value is RequestQueueClass {
  if (typeof value !== 'function') return false
  const prototype: unknown = value.prototype
  return typeof prototype === 'object' && prototype !== null && 'scheduleCheckPendingRequests' in prototype
}

function versionOf(manifest: unknown): unknown {
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? manifest.version
    : undefined
}

/**
 * Stops the timer that kafkajs 2.2.4 restarts every millisecond on every idle connection, with a negative delay that Node 24
 * warns about (tulios/kafkajs#1704, #1751). Pending requests are still checked.
 * @throws Error when kafkajs is another version, for which the patch is untested
 */
export function patchKafkajsIdleTimer(): void {
  const version = versionOf(load('kafkajs/package.json'))
  const requestQueue: unknown = load('kafkajs/src/network/requestQueue')
  if (version !== PATCHED_VERSION || !isRequestQueueClass(requestQueue)) {
    throw new Error(
      `kafkajs is ${String(version)}, the idle timer patch is for ${PATCHED_VERSION}: see whether its requestQueue still needs it`,
    )
  }
  requestQueue.prototype.scheduleCheckPendingRequests = function () {
    const throttledForMs = this.throttledUntil - Date.now()
    if (this.throttleCheckTimeoutId !== null) return
    if (this.pending.length === 0 && throttledForMs <= 0) return
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null
        this.checkPendingRequests()
      },
      Math.max(throttledForMs, CHECK_INTERVAL_MS),
    )
  }
}
