import type { IncomingHttpHeaders } from 'node:http'
import type { HttpResponse } from '../http/response.ts'
import type { CorsSettings } from './api-settings.ts'

/** Also the answer to a preflight that is not allowed, which AWS does not document. */
const PREFLIGHT_STATUS = 204

export interface Cors {
  /** The gateway's own answer to a preflight; undefined for any other request. */
  readonly preflight: (method: string, headers: IncomingHttpHeaders) => HttpResponse | undefined
  /** Replaces the function's CORS headers by the configured ones. */
  readonly decorate: (response: HttpResponse, headers: IncomingHttpHeaders) => HttpResponse
}

function allowedOrigin(allowOrigins: readonly string[], origin: string): string | undefined {
  if (allowOrigins.includes('*')) return '*'
  const matches = (pattern: string) =>
    pattern.endsWith('://*')
      ? origin.toLowerCase().startsWith(pattern.slice(0, -1))
      : pattern.toLowerCase() === origin.toLowerCase()
  return allowOrigins.some(matches) ? origin : undefined
}

type Headers = HttpResponse['headers']

const listed = (name: string, values: readonly string[]): Headers =>
  values.length === 0 ? [] : [[name, values.join(',')]]

/** CORS of an HTTP API with CORS settings (http-api-cors). */
export function createCors(settings: CorsSettings): Cors {
  const { allowOrigins, allowMethods, allowHeaders, exposeHeaders, maxAge, allowCredentials } = settings
  const onlyPreflight: Headers = [
    ...listed('access-control-allow-methods', allowMethods),
    ...listed('access-control-allow-headers', allowHeaders),
    ...(maxAge === undefined ? [] : ([['access-control-max-age', String(maxAge)]] as const)),
  ]
  const onEvery: Headers = [
    ...listed('access-control-expose-headers', exposeHeaders),
    ...(allowCredentials ? ([['access-control-allow-credentials', 'true']] as const) : []),
  ]
  const headersFor = (origin: string, more: Headers): Headers => {
    const allowed = allowedOrigin(allowOrigins, origin)
    return allowed === undefined ? [] : [['access-control-allow-origin', allowed], ...onEvery, ...more]
  }

  return {
    preflight: (method, { origin, 'access-control-request-method': requestedMethod }) =>
      method === 'OPTIONS' && origin !== undefined && requestedMethod !== undefined
        ? { statusCode: PREFLIGHT_STATUS, headers: headersFor(origin, onlyPreflight), body: '' }
        : undefined,
    decorate: (response, { origin }) => ({
      ...response,
      headers: [
        ...response.headers.filter(([name]) => !name.startsWith('access-control-')),
        ...(origin === undefined ? [] : headersFor(origin, [])),
      ],
    }),
  }
}
