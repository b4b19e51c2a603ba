import * as z from 'zod'
import { type HttpResponse, internalServerError, jsonText, message } from '../http/response.ts'
import { toResponseHeaders } from './response-headers.ts'

const challenged = (statusCode: number, text: string, challenge: string): HttpResponse => {
  const response = message(statusCode, text)
  return { ...response, headers: [...response.headers, ['www-authenticate', challenge]] }
}

/** A fault may quote the token, so it could end the quoted text or the header. */
const quotable = (text: string) => text.replace(/["\\]/g, "'").replace(/[^ -~]/g, ' ')

/** A JWT authorizer's answers to a missing and to an invalid token, as recorded from AWS. */
export const unauthorized = (scopes: readonly string[], fault: string | undefined) =>
  challenged(
    401,
    'Unauthorized',
    fault === undefined
      ? 'Bearer'
      : `Bearer scope="${scopes.join(' ')}" error="invalid_token" error_description="${quotable(fault)}"`,
  )
/** A valid token without any of the route's scopes. */
export const forbidden = (scopes: readonly string[]) => {
  const list = scopes.join(' ')
  const description = `expected scopes: [${list}]`
  const challenge = `Bearer scope="${list}" error="insufficient_scope" error_description="${description}"`
  return challenged(403, 'Forbidden', challenge)
}

const scalar = z.union([z.string(), z.number(), z.boolean()], 'must be text, a number or a boolean')

const customResponse = z.object({
  statusCode: z.int().min(200).max(599),
  headers: z.record(z.string(), scalar).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
})

export interface FunctionResponse extends HttpResponse {
  /** Why the function's answer is no HTTP response; the client then gets a 500 that does not say so. */
  readonly problem?: string
}

const invalid = (problem: string): FunctionResponse => ({ ...internalServerError, problem })

function parseJson(payload: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(payload) as unknown }
  } catch {
    return undefined
  }
}

/**
 * The response for a function's answer (http-api-develop-integrations-lambda, format 2.0): an object with `statusCode` is
 * the response; anything else is the JSON body of a 200. @param defaultType of a response that names no content type
 */
export function toHttpResponse(payload: string, defaultType = 'text/plain; charset=utf-8'): FunctionResponse {
  const parsed = parseJson(payload)
  if (!parsed) return jsonText(200, payload)
  const { value } = parsed
  if (typeof value === 'string') return jsonText(200, value)
  if (typeof value !== 'object' || value === null || !('statusCode' in value)) return jsonText(200, payload)

  const { data: custom, error } = customResponse.safeParse(value)
  if (!custom) {
    const [issue] = error.issues
    return invalid(`${z.core.toDotPath(issue?.path ?? [])}: ${issue?.message}`)
  }
  const sendable = toResponseHeaders(custom.cookies ?? [], custom.headers ?? {})
  if ('problem' in sendable) return invalid(sendable.problem)
  const headers = [...sendable.headers]
  if (!headers.some(([name]) => name === 'content-type')) headers.push(['content-type', defaultType])
  const body = custom.body ?? ''
  return {
    statusCode: custom.statusCode,
    headers,
    body: custom.isBase64Encoded ? Buffer.from(body, 'base64') : body,
  }
}
