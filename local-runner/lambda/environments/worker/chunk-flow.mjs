/** Bytes of an answer that may be on their way to its caller, as in the buffers of a socket. */
const MAX_UNTAKEN = 64 * 1024

/**
 * Sends the chunks of streamed answers, and holds a handler back whose caller does not take them.
 * @param {(message: import('../worker-messages.ts').WorkerMessage) => void} post
 */
export function createChunkFlow(post) {
  /** By request id. @type {Map<string, { untaken: number, goOn?: () => void }>} */
  const flows = new Map()
  return {
    /** Settles when the caller can take more.
     * @param {string} requestId @param {Uint8Array} chunk @param {string} contentType @returns {Promise<void>} */
    send: (requestId, chunk, contentType) => {
      // A copy: posting a part of Node's buffer pool would post the whole pool.
      post({ type: 'chunk', requestId, bytes: new Uint8Array(chunk), contentType })
      const flow = flows.get(requestId) ?? { untaken: 0 }
      flows.set(requestId, flow)
      flow.untaken += chunk.length
      return new Promise((resolve) => {
        if (flow.untaken > MAX_UNTAKEN) flow.goOn = resolve
        else setImmediate(resolve)
      })
    },
    /** @param {import('../worker-messages.ts').ChunkTaken} taken */
    taken: ({ chunkTaken, bytes }) => {
      const flow = flows.get(chunkTaken)
      if (flow === undefined) return
      flow.untaken -= bytes
      if (flow.untaken > MAX_UNTAKEN) return
      flow.goOn?.()
      if (flow.untaken === 0) flows.delete(chunkTaken)
    },
  }
}
