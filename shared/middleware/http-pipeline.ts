import middy from '@middy/core'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import { AppError } from '../errors.ts'
import type { Log } from '../logger.ts'
import { type HttpRequest, jsonBody } from './json-body.ts'
import { problemDetails } from './problem-details.ts'

export type Route = (request: HttpRequest, context: Context) => Promise<APIGatewayProxyStructuredResultV2>

export interface HttpPipelineOptions {
  readonly log: Log
  readonly maxBodyBytes: number
  /** By HTTP API route key, such as `GET /orders/{orderId}`. */
  readonly routes: Readonly<Record<string, Route>>
}

/** The Middy pipeline of an HTTP trigger: body parsed, route run, errors answered as problems. */
export function httpPipeline({ log, maxBodyBytes, routes }: HttpPipelineOptions) {
  const pipeline = middy<HttpRequest, APIGatewayProxyStructuredResultV2>()
    .use(problemDetails({ log }))
    .use(jsonBody({ maxBytes: maxBodyBytes }))
    .handler(async (request: HttpRequest, context: Context) => {
      const route = routes[request.routeKey]
      if (!route) throw new AppError('not_found', 'route_not_found', `No such route: ${request.routeKey}`)
      return route(request, context)
    })
  return (event: APIGatewayProxyEventV2, context: Context): Promise<APIGatewayProxyStructuredResultV2> =>
    pipeline(event, context)
}

export const json = (
  statusCode: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})
