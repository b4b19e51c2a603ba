import type { IncomingHttpHeaders } from 'node:http'

/** The client's trace, which the gateway continues. */
export function sentTrace(headers: IncomingHttpHeaders): string | undefined {
  const sent = headers['x-amzn-trace-id']
  return typeof sent === 'string' && /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}(;|$)/.test(sent) ? sent : undefined
}
