import type { ServerResponse } from 'node:http'

/** One for all pieces that wait: they may be many. */
const taken = new WeakMap<ServerResponse, Promise<void>>()

const untilTaken = (response: ServerResponse) =>
  new Promise<void>((resolve) => {
    const goOn = () => {
      response.off('drain', goOn).off('close', goOn)
      taken.delete(response)
      resolve()
    }
    response.on('drain', goOn).on('close', goOn)
  })

/**
 * Writes a piece of a body; does nothing when the client has disconnected. @returns settles when the client can take more, or
 * has gone; undefined: it can now
 */
export function writeChunk(response: ServerResponse, chunk: Uint8Array): Promise<void> | undefined {
  if (response.destroyed || response.writableEnded || response.write(chunk)) return undefined
  const waiting = taken.get(response) ?? untilTaken(response)
  taken.set(response, waiting)
  return waiting
}
