import type { IncomingMessage, ServerResponse } from 'node:http'
import { isHealthPath } from '../health/health.ts'
import type { Listener } from '../http/http-server.ts'
import { readBody } from '../http/read-body.ts'
import { type HttpResponse, notFound, tooLarge } from '../http/response.ts'
import { sendResponse } from '../http/send-response.ts'
import { isLambdaApiPath } from '../lambda-api/api-paths.ts'

const BODY_LIMIT_BYTES = 16 * 1024 * 1024

export interface AdminRequest {
  readonly method: string
  /** Without the query; still encoded. */
  readonly path: string
  readonly query: URLSearchParams
  readonly contentType: string | undefined
  readonly body: string
}

/** Answers its own requests; undefined for all others. */
export type AdminRoute = (request: AdminRequest) => Promise<HttpResponse | undefined>

export interface AdminListenerDeps {
  readonly health: Listener
  readonly lambdaApi: Listener
  readonly routes: readonly AdminRoute[]
}

export function jsonResponse(statusCode: number, value: unknown): HttpResponse {
  return { statusCode, headers: [['content-type', 'application/json']], body: JSON.stringify(value) }
}

/** The runner's own HTTP interface, on port 8080. */
export function createAdminListener({ health, lambdaApi, routes }: AdminListenerDeps): Listener {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (isHealthPath(request.url)) return health(request, response)
    if (isLambdaApiPath(request.url)) return lambdaApi(request, response)
    const body = await readBody(request, BODY_LIMIT_BYTES)
    if (body === undefined) return sendResponse(response, tooLarge)
    const [path = '', query] = request.url?.split('?') ?? []
    const adminRequest: AdminRequest = {
      method: request.method ?? 'GET',
      path,
      query: new URLSearchParams(query),
      contentType: request.headers['content-type'],
      body: body.toString(),
    }
    for (const route of routes) {
      const answer = await route(adminRequest)
      if (answer !== undefined) return sendResponse(response, answer)
    }
    sendResponse(response, notFound)
  }
}
