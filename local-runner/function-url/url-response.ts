import * as z from 'zod'
import { type FunctionResponse, toHttpResponse } from '../api-gateway/http-response.ts'
import { type HttpResponse, jsonText } from '../http/response.ts'
import type { InvocationResult } from '../lambda/invocation.ts'

/** For any function error, and for an answer that is no HTTP response. */
export const badGateway: HttpResponse = jsonText(502, 'Internal Server Error')
export const throttled: HttpResponse = jsonText(429, '{"Message":"Rate Exceeded."}')

const textStatus = z.looseObject({
  statusCode: z
    .string()
    .regex(/^\d{3}$/)
    .transform(Number),
})

function withNumericStatus(payload: string): string {
  try {
    const { data } = textStatus.safeParse(JSON.parse(payload))
    return data ? JSON.stringify(data) : payload
  } catch {
    return payload
  }
}

/** The response of a function URL for the whole answer of its function (urls-invocation). */
export function toUrlResponse(result: InvocationResult): FunctionResponse {
  switch (result.outcome) {
    case 'throttled':
      return throttled
    case 'function-error':
      return badGateway
    case 'success': {
      const response = toHttpResponse(withNumericStatus(result.payload), 'application/json')
      return response.problem === undefined ? response : { ...badGateway, problem: response.problem }
    }
  }
}
