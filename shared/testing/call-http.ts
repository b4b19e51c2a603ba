import type { Context } from 'aws-lambda'
import * as z from 'zod'
import { testContext } from './context.ts'
import { type HttpCall, httpEvent } from './http-event.ts'

const result = z.object({
  statusCode: z.number(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
})

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** The parsed JSON. */
  readonly body: unknown
}

/** What a handler answers to a call, as a client would see it. */
export async function callHttp(
  handler: (event: unknown, context: Context) => Promise<unknown>,
  call: HttpCall,
): Promise<HttpAnswer> {
  const { statusCode, headers, body } = result.parse(await handler(httpEvent(call), testContext()))
  return { status: statusCode, headers, body: JSON.parse(body) }
}
