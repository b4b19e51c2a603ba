/** Characters that may be on their way to the runner. A pipe would block its writer at 64 KB. */
const MAX_UNREAD = 4 * 1024 * 1024
/** In case the runner's thread is busy; a terminated thread leaves the wait. */
const WAIT_MS = 100

/**
 * Sends what the function writes to the runner, each write at once: a thread that is ended in an endless loop could send
 * nothing later. Waits, as a write to a full pipe does, while too much is unread.
 * @param {{ readonly unread: Int32Array<SharedArrayBuffer>, readonly post: (message: import('../worker-messages.ts').WorkerMessage) => void }} deps
 */
export function createOutput({ unread, post }) {
  /** @param {number} size */
  function waitForRoom(size) {
    let before = Atomics.add(unread, 0, size)
    while (before > MAX_UNREAD) {
      Atomics.wait(unread, 0, before + size, WAIT_MS)
      before = Atomics.load(unread, 0) - size
    }
  }
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  return {
    /** @param {string} requestId @param {string} line */
    message: (requestId, line) => {
      waitForRoom(line.length)
      post({ type: 'log', line, ...(requestId !== '-' && { requestId }) })
    },
    /** Text as written to stdout or stderr. @param {Uint8Array} bytes */
    write: (bytes) => {
      const text = decoder.decode(bytes, { stream: true })
      waitForRoom(text.length)
      post({ type: 'output', text })
    },
  }
}
