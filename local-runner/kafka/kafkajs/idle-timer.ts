import { loadInternal } from './internals.ts'

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

/**
 * Stops the timer that kafkajs 2.2.4 restarts every millisecond on every idle connection, with a negative delay that Node 24
 * warns about (tulios/kafkajs#1704, #1751). Pending requests are still checked.
 * @throws Error when this version of kafkajs checks its queue differently
 */
export function repairIdleTimer(): void {
  const requestQueue = loadInternal('network/requestQueue')
  if (!isRequestQueueClass(requestQueue)) {
    throw new Error(
      'kafkajs has no RequestQueue.scheduleCheckPendingRequests: see whether it still needs this',
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
