import type { ServerResponse } from 'node:http'

/**
 * Writes a piece of a body; does nothing when the client has disconnected. @returns settles when the client can take more, or
 * has gone; undefined: it can now
 */
export function writeChunk(response: ServerResponse, chunk: Uint8Array): Promise<void> | undefined {
  if (response.destroyed || response.writableEnded || response.write(chunk)) return undefined
  return new Promise((resolve) => {
    const goOn = () => {
      response.off('drain', goOn).off('close', goOn)
      resolve()
    }
    response.on('drain', goOn).on('close', goOn)
  })
}
