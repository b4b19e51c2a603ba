import type { IncomingHttpHeaders } from 'node:http'
import type { HttpResponse } from '../http/response.ts'

/**
 * Events say https, as on AWS, and frameworks make absolute redirects of that. The runner speaks plain HTTP, so a `location`
 * at the host that the client asked is sent as http, unless a proxy with TLS stands before the runner.
 */
export function withOwnLocation(
  response: HttpResponse,
  { host = '', 'x-forwarded-proto': forwardedProto }: IncomingHttpHeaders,
): HttpResponse {
  if (forwardedProto === 'https') return response
  const own = `https://${host.toLowerCase()}`
  const toReachable = (location: string) => {
    const rest = location.slice(own.length)
    const isOwn = location.toLowerCase().startsWith(own) && /^([/?#]|$)/.test(rest)
    return isOwn ? `http://${host}${rest}` : location
  }
  const headers = response.headers.map(
    ([name, value]) => [name, name === 'location' ? toReachable(value) : value] as const,
  )
  return { ...response, headers }
}
