import type { IncomingMessage } from 'node:http'
import { readBody } from '../http/read-body.ts'
import type { HttpResponse } from '../http/response.ts'
import { apiError, validationError, violation } from './api-error.ts'
import type { ApiFunction } from './api-function.ts'
import { checkTenant } from './check-tenant.ts'

/** Lambda's payload limits (gettingstarted-limits): 6 MB, and 1 MB for an asynchronous invocation. */
const LIMIT_BYTES = { RequestResponse: 6 * 1024 * 1024, DryRun: 6 * 1024 * 1024, Event: 1024 * 1024 } as const
const CLIENT_CONTEXT_LIMIT_BYTES = 3583

export type InvocationType = keyof typeof LIMIT_BYTES

export interface InvokeRequest {
  readonly invocationType: InvocationType
  /** JSON text. */
  readonly payload: string
  readonly wantsLogTail: boolean
  /** JSON text. */
  readonly clientContext: string | undefined
  readonly traceId: string | undefined
  readonly tenantId: string | undefined
}

const isInvocationType = (text: string): text is InvocationType => Object.hasOwn(LIMIT_BYTES, text)

/** Why the text is not JSON; undefined when it is. */
function jsonError(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const firstOf = (value: string | readonly string[] | undefined) =>
  typeof value === 'string' ? value : value?.[0]

/** Reads a request of the Invoke API; `refusal` is the answer to one that is not valid. */
export async function readInvokeRequest(
  request: IncomingMessage,
  target: ApiFunction,
  operation: 'InvokeFunction' | 'InvokeWithResponseStream',
): Promise<{ readonly invoke: InvokeRequest } | { readonly refusal: HttpResponse }> {
  const header = (name: string) => firstOf(request.headers[name])
  const refuse = (...error: Parameters<typeof apiError>) => ({ refusal: apiError(...error) })

  const invocationType = header('x-amz-invocation-type') ?? 'RequestResponse'
  const allowedTypes =
    operation === 'InvokeFunction' ? ['Event', 'RequestResponse', 'DryRun'] : ['RequestResponse', 'DryRun']
  if (!isInvocationType(invocationType) || !allowedTypes.includes(invocationType)) {
    const constraint = `satisfy enum value set: [${allowedTypes.join(', ')}]`
    return { refusal: validationError([violation(invocationType, 'invocationType', constraint)]) }
  }
  const encodedContext = header('x-amz-client-context')
  const clientContext = encodedContext && Buffer.from(encodedContext, 'base64').toString()
  if (encodedContext !== undefined && encodedContext.length > CLIENT_CONTEXT_LIMIT_BYTES) {
    const text = `Client context must be at most ${CLIENT_CONTEXT_LIMIT_BYTES} bytes of Base64.`
    return refuse(400, 'InvalidRequestContentException', text)
  }
  if (clientContext !== undefined && jsonError(clientContext) !== undefined) {
    return refuse(
      400,
      'InvalidRequestContentException',
      'Client context must be a valid Base64-encoded JSON object.',
    )
  }
  const tenantId = header('x-amz-tenant-id')
  const tenancyProblem = checkTenant(tenantId, target)
  if (tenancyProblem) return { refusal: tenancyProblem }
  const limitBytes = LIMIT_BYTES[invocationType]
  const body = await readBody(request, limitBytes)
  if (!body) {
    const text = `Request must be smaller than ${limitBytes} bytes for the ${operation} operation`
    return refuse(413, 'RequestTooLargeException', text)
  }
  const payload = body.length === 0 ? '{}' : body.toString()
  const jsonProblem = jsonError(payload)
  if (jsonProblem !== undefined) {
    return refuse(
      400,
      'InvalidRequestContentException',
      `Could not parse request body into json: Could not parse payload into json: ${jsonProblem}`,
    )
  }
  return {
    invoke: {
      invocationType,
      payload,
      wantsLogTail: header('x-amz-log-type') === 'Tail',
      clientContext,
      traceId: header('x-amzn-trace-id'),
      tenantId,
    },
  }
}
