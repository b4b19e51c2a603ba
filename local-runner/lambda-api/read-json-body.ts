import type { IncomingMessage } from 'node:http'
import type * as z from 'zod'
import { readBody } from '../http/read-body.ts'
import type { HttpResponse } from '../http/response.ts'
import { apiError, invalidParameter } from './api-error.ts'

const LIMIT_BYTES = 64 * 1024

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Reads the parameters in a request's body; `refusal` is the answer to those that are not valid. */
export async function readJsonBody<Body>(
  request: IncomingMessage,
  schema: z.ZodType<Body>,
): Promise<{ readonly body: Body } | { readonly refusal: HttpResponse }> {
  const bytes = await readBody(request, LIMIT_BYTES)
  if (!bytes) {
    const text = `The parameters must be smaller than ${LIMIT_BYTES} bytes.`
    return { refusal: apiError(413, 'RequestTooLargeException', text) }
  }
  const value = parsed(bytes.toString())
  if (typeof value !== 'object' || value === null) {
    return { refusal: apiError(400, 'SerializationException', 'The body is no JSON object.') }
  }
  const { data, error } = schema.safeParse(value)
  if (error === undefined) return { body: data }
  const problems = error.issues.map(({ path, message }) => [...path, message].map(String).join(': '))
  return { refusal: invalidParameter(problems.join('; ')) }
}
