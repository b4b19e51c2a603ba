import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { openPort } from './listen-on.ts'
import { hasTwoHosts, originForm } from './request-line.ts'
import { badRequest, internalServerError } from './response.ts'
import { sendResponse } from './send-response.ts'

/** API Gateway's limit for the request line and the headers together. */
const MAX_HEADER_BYTES = 10_240
/** How long a stop waits for requests in flight; the HTTP API allows a handler 30 s. */
const DRAIN_LIMIT_MS = 30_000
/** How long it waits for connections that have asked nothing: browsers open them ahead, and a first request may be under way. */
const UNUSED_LIMIT_MS = 500

export type Listener = (request: IncomingMessage, response: ServerResponse) => Promise<void>

export interface HttpServerDeps {
  readonly listener: Listener
  /** Called for an unexpected error; the client gets a 500. */
  readonly onError: (error: unknown) => void
}

export interface HttpServer {
  /** Resolves to the port; rejects with EADDRINUSE when it is taken. */
  readonly listen: (port: number, host: string) => Promise<number>
  /** Accepts no more requests, finishes those in flight, then closes. */
  readonly stop: () => Promise<void>
}

export function createHttpServer({ listener, onError }: HttpServerDeps): HttpServer {
  let stopping = false
  /** By open connection, how many answers its client waits for; more than one when it pipelines. */
  const owed = new Map<Socket, number>()
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
    const { socket } = request
    // Otherwise keep-alive connections would keep a stopping server open.
    if (stopping) response.setHeader('connection', 'close')
    owed.set(socket, (owed.get(socket) ?? 0) + 1)
    response.on('close', () => {
      const left = (owed.get(socket) ?? 1) - 1
      if (owed.has(socket)) owed.set(socket, left)
      if (stopping && left === 0) socket.destroySoon()
    })
    if (hasTwoHosts(request.rawHeaders)) return sendResponse(response, badRequest)
    request.url = originForm(request.url ?? '/')
    listener(request, response).catch((error: unknown) => {
      if (request.destroyed && !request.complete) return // The client disconnected while sending its body.
      onError(error)
      if (!response.headersSent) sendResponse(response, internalServerError)
    })
  })
  server.on('connection', (socket) => {
    owed.set(socket, 0)
    socket.on('close', () => owed.delete(socket))
  })
  return {
    listen: (port, host) => openPort(server, port, host),
    stop: async () => {
      stopping = true
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      const closeUnused = () => {
        for (const [socket, answers] of owed) if (answers === 0) socket.destroySoon()
      }
      const limits = [
        setTimeout(closeUnused, UNUSED_LIMIT_MS),
        setTimeout(() => server.closeAllConnections(), DRAIN_LIMIT_MS),
      ]
      await closed.finally(() => limits.forEach(clearTimeout))
    },
  }
}
