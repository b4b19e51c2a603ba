import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import * as z from 'zod'

export interface HttpCall {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly isBase64Encoded?: boolean
  readonly query?: Readonly<Record<string, string>>
}

const root = join(import.meta.dirname, '..', '..')
const functionJson = z.object({ triggers: z.object({ http: z.array(z.string()).default([]) }) })
const routeKeys = globSync('functions/*/function.json', { cwd: root }).flatMap(
  (file) => functionJson.parse(JSON.parse(readFileSync(join(root, file), 'utf8'))).triggers.http,
)

/** The HTTP API event (payload 2.0) of a call. Its route is that of a function.json; where none has it, method and path. */
export function httpEvent({
  method,
  path,
  headers = {},
  body,
  isBase64Encoded = false,
  query,
}: HttpCall): APIGatewayProxyEventV2 {
  const { routeKey, pathParameters } = findRoute(method, path)
  const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const)
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: new URLSearchParams(query).toString(),
    headers: Object.fromEntries(lowerCase),
    ...(query && { queryStringParameters: { ...query } }),
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
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

interface Route {
  readonly routeKey: string
  readonly pathParameters: Record<string, string>
}

function findRoute(method: string, path: string): Route {
  const routes = routeKeys.flatMap((routeKey): Route[] => {
    const [routeMethod, template = ''] = routeKey.split(' ')
    const pathParameters = routeMethod === method || routeMethod === 'ANY' ? match(template, path) : undefined
    return pathParameters ? [{ routeKey, pathParameters }] : []
  })
  const variables = ({ pathParameters }: Route) => Object.keys(pathParameters).length
  const [mostSpecific] = routes.sort((one, other) => variables(one) - variables(other))
  return mostSpecific ?? { routeKey: `${method} ${path}`, pathParameters: {} }
}

function match(template: string, path: string): Record<string, string> | undefined {
  const wanted = template.split('/')
  const asked = path.split('/')
  if (template.endsWith('+}') ? asked.length < wanted.length : asked.length !== wanted.length)
    return undefined
  const parameters: Record<string, string> = {}
  for (const [index, segment] of wanted.entries()) {
    const value = segment.endsWith('+}') ? asked.slice(index).join('/') : asked[index]
    const [, name] = /^\{(.+?)\+?\}$/.exec(segment) ?? []
    if (name !== undefined && value) parameters[name] = decodeURIComponent(value)
    else if (segment !== value) return undefined
  }
  return parameters
}
