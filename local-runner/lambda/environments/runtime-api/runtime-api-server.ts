import { createServer } from 'node:http'
import { openPort } from '../../../http/listen-on.ts'
import { createRuntimeApi, type RuntimeApiDeps } from './runtime-api.ts'

/** Lambda's limit for the request line and the headers together; a stack trace travels in one header. */
const MAX_HEADER_BYTES = 1024 * 1024

export interface RuntimeApiServer {
  /** @returns the port it listens on */
  readonly listen: (port: number, host: string) => Promise<number>
  /** Closes every connection: a runtime whose environment has ended gets no response. */
  readonly stop: () => Promise<void>
}

export function createRuntimeApiServer(deps: RuntimeApiDeps): RuntimeApiServer {
  const answer = createRuntimeApi(deps)
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: 0 }, (request, response) => {
    // A runtime that disconnects during a request needs no response; its session notices in another way.
    answer(request, response).catch(() => response.destroy())
  })
  // A runtime keeps its connection for as long as a handler runs.
  server.keepAliveTimeout = 0
  return {
    listen: (port, host) => openPort(server, port, host),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
