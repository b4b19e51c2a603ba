import type { IncomingMessage, ServerResponse } from 'node:http'
import { withinMs } from '../async/within-ms.ts'
import { readBody } from '../http/read-body.ts'
import * as responses from '../http/response.ts'
import { sendResponse } from '../http/send-response.ts'
import type { InvocationResult, Invoke } from '../lambda/invocation.ts'
import { newGatewayRequestId, newTraceRoot, toTraceId } from '../lambda/trace-ids.ts'
import type { Authorization } from './authorization.ts'
import type { Authorize } from './authorize.ts'
import type { Cors } from './cors.ts'
import { type Gateway, toHttpEvent } from './http-event.ts'
import { type FunctionResponse, toHttpResponse } from './http-response.ts'
import { withOwnLocation } from './own-location.ts'
import { parseTarget } from './request-target.ts'
import type { FindRoute } from './routing.ts'
import { sentTrace } from './sent-trace.ts'

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
  /** Called with what is wrong when the function's answer is no HTTP response. */
  readonly onInvalidAnswer: (problem: string) => void
}

function toResponse(result: InvocationResult | undefined): FunctionResponse {
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

/** An HTTP API: converts the request to a payload 2.0 event, invokes the function, converts its answer to a response. */
export function createHttpEntry(deps: HttpEntryDeps) {
  const { findRoute, gateway, cors, authorizerOf, invoke, integrationTimeoutMs, onInvalidAnswer } = deps

  /** @throws URIError when the path contains a malformed escape */
  function routeOf(method: string, url: string) {
    const { path, rawQueryString } = parseTarget(url)
    const inStage = pathInStage(path, gateway.stage)
    return { route: inStage === undefined ? undefined : findRoute(method, inStage), rawQueryString }
  }

  /** `$default` catches OPTIONS too, and so does its authorizer (http-api-cors). */
  function isGuarded({ method = 'GET', url = '/' }: IncomingMessage): boolean {
    try {
      return authorizerOf('$default') !== undefined && routeOf(method, url).route?.routeKey === '$default'
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
      const { route, rawQueryString } = routeOf(method, url)
      if (!route) return responses.notFound
      const epochMs = Date.now()
      traceHeader = sentTrace(headers) ?? newTraceRoot(epochMs)
      const clock = { requestId, traceId: traceHeader, epochMs }
      const received = { method, url, rawHeaders, sourceIp, body }
      const toEvent = (authorizer?: Authorization) => toHttpEvent(received, route, clock, gateway, authorizer)
      const authorized = await authorizerOf(route.routeKey)?.(headers, rawQueryString, toEvent)
      if (authorized && 'refusal' in authorized) return authorized.refusal
      payload = JSON.stringify(toEvent(authorized?.authorizer))
    } catch (error) {
      if (error instanceof URIError) return responses.badRequest
      throw error
    }
    if (Buffer.byteLength(payload) > LAMBDA_LIMIT_BYTES) return responses.tooLarge

    // The invocation is not cancelled: neither by the time limit nor by a client that disconnects.
    const traceId = traceHeader.includes('Parent=') ? traceHeader : toTraceId(traceHeader)
    const result = await withinMs(integrationTimeoutMs, invoke(payload, { source: 'http', traceId }))
    const response = toResponse(result)
    if (response.problem !== undefined) onInvalidAnswer(response.problem)
    return withOwnLocation(response, headers)
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
