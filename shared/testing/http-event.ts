import type { APIGatewayProxyEventV2 } from 'aws-lambda'

export interface HttpCall {
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** Left out: method and path, as of a route without parameters. */
  readonly routeKey?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly isBase64Encoded?: boolean
  readonly pathParameters?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
}

/** The HTTP API event (payload 2.0) of a call. */
export function httpEvent({
  method,
  path,
  routeKey = `${method} ${path}`,
  headers = {},
  body,
  isBase64Encoded = false,
  pathParameters,
  query,
}: HttpCall): APIGatewayProxyEventV2 {
  const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const)
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: new URLSearchParams(query).toString(),
    headers: Object.fromEntries(lowerCase),
    ...(query && { queryStringParameters: { ...query } }),
    ...(pathParameters && { pathParameters: { ...pathParameters } }),
    ...(body !== undefined && { body }),
    isBase64Encoded,
    requestContext: {
      accountId: '000000000000',
      apiId: 'test',
      domainName: 'localhost',
      domainPrefix: 'localhost',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      requestId: 'http-request-1',
      routeKey,
      stage: '$default',
      time: '24/Nov/2026:15:00:00 +0000',
      timeEpoch: Date.UTC(2026, 10, 24, 15),
    },
  }
}
