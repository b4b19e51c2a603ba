import packageJson from 'kafkajs/package.json' with { type: 'json' }
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js'

const PATCHED_VERSION = '2.2.4'
const CHECK_INTERVAL_MS = 10

/**
 * Without this kafkajs sets a timer every millisecond on each idle connection (4 % of a core; tulios/kafkajs#1751). Now it
 * schedules a check only while something is pending or throttled.
 */
export function patchIdleTimer(): void {
  if (packageJson.version !== PATCHED_VERSION) {
    throw new Error(
      `The idle-timer patch was made for kafkajs ${PATCHED_VERSION}, but ${packageJson.version} is installed. Check its source again, then raise PATCHED_VERSION.`,
    )
  }
  RequestQueue.prototype.scheduleCheckPendingRequests = function () {
    if (this.throttleCheckTimeoutId) return
    const throttledMs = this.throttledUntil - Date.now()
    if (this.pending.length === 0 && throttledMs <= 0) return
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null
        this.checkPendingRequests()
      },
      Math.max(throttledMs, CHECK_INTERVAL_MS),
    )
  }
}
