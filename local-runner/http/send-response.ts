import type { ServerResponse } from 'node:http'
import type { HttpResponse } from './response.ts'

const hasNoBody = (statusCode: number) => statusCode === 204 || statusCode === 304

/** Sends a complete response. Does nothing when the client has disconnected. */
export function sendResponse(
  response: ServerResponse,
  { statusCode, headers, body }: HttpResponse,
  more: readonly (readonly [string, string])[] = [],
) {
  if (response.destroyed) return
  const flat: string[] = []
  for (const [name, value] of headers) flat.push(name, value)
  for (const [name, value] of more) flat.push(name, value)
  if (!hasNoBody(statusCode)) flat.push('content-length', String(Buffer.byteLength(body)))
  response.writeHead(statusCode, flat)
  response.end(hasNoBody(statusCode) ? undefined : body)
}
