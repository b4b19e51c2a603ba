import * as z from 'zod'
import { type HttpResponse, internalServerError, jsonText, message } from '../http/response.ts'

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

const scalar = z.union([z.string(), z.number(), z.boolean()])

const customResponse = z.object({
  statusCode: z.int().min(200).max(599),
  headers: z.record(z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/), scalar).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
})

/** The gateway sets these itself. */
const FRAMING = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding'])
/** Not allowed in a header's value: Node throws, and a client could misread it as another header. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/

function parseJson(payload: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(payload) as unknown }
  } catch {
    return undefined
  }
}

/**
 * The response for a function's answer (http-api-develop-integrations-lambda, format 2.0): an object with `statusCode` is
 * the response, by default text/plain; anything else is the JSON body of a 200.
 */
export function toHttpResponse(payload: string): HttpResponse {
  const parsed = parseJson(payload)
  if (!parsed) return jsonText(200, payload)
  const { value } = parsed
  if (typeof value === 'string') return jsonText(200, value)
  if (typeof value !== 'object' || value === null || !('statusCode' in value)) return jsonText(200, payload)

  const custom = customResponse.safeParse(value).data
  if (!custom) return internalServerError
  const cookies = (custom.cookies ?? []).map((cookie) => ['set-cookie', cookie] as const)
  const own = Object.entries(custom.headers ?? {})
    .map(([name, header]) => [name.toLowerCase(), String(header)] as const)
    .filter(([name]) => !FRAMING.has(name))
  const headers = [...cookies, ...own]
  if (headers.some(([, header]) => CONTROL.test(header))) return internalServerError
  if (!own.some(([name]) => name === 'content-type'))
    headers.push(['content-type', 'text/plain; charset=utf-8'])
  const body = custom.body ?? ''
  return {
    statusCode: custom.statusCode,
    headers,
    body: custom.isBase64Encoded ? Buffer.from(body, 'base64') : body,
  }
}
