import type { IncomingMessage, ServerResponse } from 'node:http'
import type { InvocationResult, Invoke } from '../invocation.ts'
import { newGatewayRequestId, newTraceRoot } from '../new-ids.ts'
import { withinMs } from '../within-ms.ts'
import { toHttpEvent } from './http-event.ts'
import * as responses from './http-response.ts'
import { readBody } from './read-body.ts'
import type { FindRoute } from './routing.ts'
import { sendResponse } from './send-response.ts'

/** An HTTP API takes 10 MB; the Lambda behind it 6 MB, base64 and all. */
const GATEWAY_LIMIT_BYTES = 10 * 1024 * 1024
const LAMBDA_LIMIT_BYTES = 6 * 1024 * 1024
/** The most an HTTP API waits for its integration, and its default. */
const INTEGRATION_TIMEOUT_MS = 30_000

export interface Deps {
  readonly findRoute: FindRoute
  readonly invoke: Invoke
}

function toResponse(result: InvocationResult | undefined): responses.HttpResponse {
  switch (result?.outcome) {
    case 'success':
      return responses.toHttpResponse(result.payload)
    case 'function-error':
      return responses.internalServerError
    // What an HTTP API answers for a throttled Lambda is not documented; 503 tells a client to come again.
    case 'throttled':
    case undefined:
      return responses.serviceUnavailable
  }
}

/** Stands where an HTTP API stands: request to payload 2.0 event, invocation, answer to response. */
export function createHttpEntry({ findRoute, invoke }: Deps) {
  async function answer(request: IncomingMessage, requestId: string): Promise<responses.HttpResponse> {
    const { method = 'GET', url = '/', rawHeaders } = request
    const sourceIp = request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? ''
    const body = await readBody(request, GATEWAY_LIMIT_BYTES)
    if (!body) return responses.tooLarge
    let payload: string
    try {
      const route = findRoute(method, url.split('?', 1)[0] ?? '/')
      if (!route) return responses.notFound
      const epochMs = Date.now()
      const traceId = newTraceRoot(epochMs)
      const received = { method, url, rawHeaders, sourceIp, body }
      payload = JSON.stringify(toHttpEvent(received, route, { requestId, traceId, epochMs }))
    } catch (error) {
      if (error instanceof URIError) return responses.badRequest
      throw error
    }
    if (Buffer.byteLength(payload) > LAMBDA_LIMIT_BYTES) return responses.tooLarge

    // The loser of this race goes on: neither the time limit nor a client that leaves cancels an invocation.
    return toResponse(await withinMs(INTEGRATION_TIMEOUT_MS, invoke(payload, { source: 'http' })))
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = newGatewayRequestId()
    sendResponse(response, await answer(request, requestId), [['apigw-requestid', requestId]])
  }
}
