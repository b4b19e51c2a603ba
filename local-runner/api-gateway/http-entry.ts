import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { withinMs } from '../async/within-ms.ts'
import { readBody } from '../http/read-body.ts'
import * as responses from '../http/response.ts'
import { sendResponse } from '../http/send-response.ts'
import type { InvocationResult, Invoke } from '../lambda/invocation.ts'
import { newGatewayRequestId, newTraceRoot, toTraceId } from '../lambda/trace-ids.ts'
import type { Cors } from './cors.ts'
import { type Gateway, toHttpEvent } from './http-event.ts'
import { toHttpResponse } from './http-response.ts'
import type { Authorize } from './jwt-authorizer.ts'
import type { FindRoute } from './routing.ts'

/** An HTTP API accepts 10 MB; its Lambda function accepts 6 MB, base64 included. */
const GATEWAY_LIMIT_BYTES = 10 * 1024 * 1024
const LAMBDA_LIMIT_BYTES = 6 * 1024 * 1024

export interface HttpEntryDeps {
  readonly findRoute: FindRoute
  readonly gateway: Gateway
  readonly cors: Cors | undefined
  /** The authorizer of a route, if it has one. */
  readonly authorizerOf: (routeKey: string) => Authorize | undefined
  readonly invoke: Invoke
  /** After this the client gets 503. */
  readonly integrationTimeoutMs: number
}

function toResponse(result: InvocationResult | undefined): responses.HttpResponse {
  switch (result?.outcome) {
    case 'success':
      return toHttpResponse(result.payload)
    case 'function-error':
      // AWS never builds, so there is no answer to imitate.
      return result.buildFailure === undefined
        ? responses.internalServerError
        : responses.plainText(500, result.buildFailure)
    // What an HTTP API answers for a throttled Lambda is not documented; 503 makes a client retry.
    case 'throttled':
    case undefined:
      return responses.serviceUnavailable
  }
}

/** The path that routes are matched against; undefined when it is outside the stage. */
function pathInStage(path: string, stage: string): string | undefined {
  if (stage === '$default') return path
  const [, first, ...rest] = path.split('/')
  return first === stage ? `/${rest.join('/')}` : undefined
}

/** The client's trace, which the gateway continues. */
function sentTrace(headers: IncomingHttpHeaders): string | undefined {
  const sent = headers['x-amzn-trace-id']
  return typeof sent === 'string' && /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}(;|$)/.test(sent) ? sent : undefined
}

/** An HTTP API: converts the request to a payload 2.0 event, invokes the function, converts its answer to a response. */
export function createHttpEntry(deps: HttpEntryDeps) {
  const { findRoute, gateway, cors, authorizerOf, invoke, integrationTimeoutMs } = deps

  function routeOf(method: string, rawPath: string) {
    const path = pathInStage(rawPath, gateway.stage)
    return path === undefined ? undefined : findRoute(method, path)
  }

  /** `$default` catches OPTIONS too, and so does its authorizer (http-api-cors). */
  function isGuarded({ method = 'GET', url = '/' }: IncomingMessage): boolean {
    try {
      return (
        authorizerOf('$default') !== undefined &&
        routeOf(method, url.split('?', 1)[0] ?? '/')?.routeKey === '$default'
      )
    } catch {
      return false // Not a valid path, so no route matches.
    }
  }

  async function answer(request: IncomingMessage, requestId: string): Promise<responses.HttpResponse> {
    const { method = 'GET', url = '/', rawHeaders, headers } = request
    const sourceIp = request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? ''
    const body = await readBody(request, GATEWAY_LIMIT_BYTES)
    if (!body) return responses.tooLarge
    let payload: string
    let traceHeader: string
    try {
      const [rawPath = '/', query = ''] = url.split(/\?(.*)/s, 2)
      const route = routeOf(method, rawPath)
      if (!route) return responses.notFound
      const authorized = await authorizerOf(route.routeKey)?.(headers, query)
      if (authorized && 'refusal' in authorized) return authorized.refusal
      const epochMs = Date.now()
      traceHeader = sentTrace(headers) ?? newTraceRoot(epochMs)
      const clock = { requestId, traceId: traceHeader, epochMs }
      const received = { method, url, rawHeaders, sourceIp, body }
      payload = JSON.stringify(toHttpEvent(received, route, clock, gateway, authorized?.authorizer))
    } catch (error) {
      if (error instanceof URIError) return responses.badRequest
      throw error
    }
    if (Buffer.byteLength(payload) > LAMBDA_LIMIT_BYTES) return responses.tooLarge

    // The invocation is not cancelled: neither by the time limit nor by a client that disconnects.
    const traceId = traceHeader.includes('Parent=') ? traceHeader : toTraceId(traceHeader)
    return toResponse(await withinMs(integrationTimeoutMs, invoke(payload, { source: 'http', traceId })))
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = newGatewayRequestId()
    const preflight = cors?.preflight(request.method ?? 'GET', request.headers)
    if (preflight && !isGuarded(request))
      return sendResponse(response, preflight, [['apigw-requestid', requestId]])
    const answered = await answer(request, requestId)
    const decorated = cors ? cors.decorate(answered, request.headers) : answered
    sendResponse(response, decorated, [['apigw-requestid', requestId]])
  }
}
