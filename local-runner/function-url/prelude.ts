import * as z from 'zod'
import { toResponseHeaders } from '../api-gateway/response-headers.ts'
import type { HttpResponse } from '../http/response.ts'

/** The content type of a stream that begins with status, headers and cookies. */
export const PRELUDE_TYPE = 'application/vnd.awslambda.http-integration-response'

const DELIMITER = Buffer.alloc(8)
/** Documented for API Gateway (response-transfer-mode-lambda). */
const MAX_BYTES = 16 * 1024

const metadata = z.object({
  statusCode: z.int().min(200).max(599).default(200),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  cookies: z.array(z.string()).nullish(),
})

export type Head = Pick<HttpResponse, 'statusCode' | 'headers'>
export type Prelude =
  /** `rest` is the first part of the body. */
  { readonly head: Head; readonly rest: Uint8Array } | { readonly problem: string }

function toHead(json: string): { readonly head: Head } | { readonly problem: string } {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return { problem: 'what stands before the 8 NUL bytes of the stream is no JSON' }
  }
  const { data, error } = metadata.safeParse(value)
  if (!data) {
    const [issue] = error.issues
    return { problem: `${z.core.toDotPath(issue?.path ?? [])}: ${issue?.message}` }
  }
  const sendable = toResponseHeaders(data.cookies ?? [], data.headers ?? {})
  if ('problem' in sendable) return sendable
  const headers = [...sendable.headers]
  if (!headers.some(([name]) => name === 'content-type'))
    headers.push(['content-type', 'application/octet-stream'])
  return { head: { statusCode: data.statusCode, headers } }
}

/** Reads the prelude of a stream: JSON, then 8 NUL bytes. @returns takes the next chunk; undefined until the prelude is whole */
export function createPreludeReader(): (chunk: Uint8Array) => Prelude | undefined {
  let read = Buffer.alloc(0)
  return (chunk) => {
    // However long the chunk is, no more than this is looked at.
    const seen = Buffer.concat([read, chunk.subarray(0, MAX_BYTES + DELIMITER.length)])
    const end = seen.indexOf(DELIMITER)
    if (end === -1) {
      read = seen
      return seen.length < MAX_BYTES + DELIMITER.length
        ? undefined
        : { problem: `the first ${MAX_BYTES} bytes of the stream contain no whole prelude` }
    }
    const result = toHead(seen.toString('utf8', 0, end))
    const bodyStart = end + DELIMITER.length - read.length
    return 'problem' in result ? result : { ...result, rest: chunk.subarray(bodyStart) }
  }
}
