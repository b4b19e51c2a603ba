import type { IncomingMessage } from 'node:http'
import { readBody } from '../http/read-body.ts'
import type { HttpResponse } from '../http/response.ts'
import { apiError } from './api-error.ts'
import type { ApiFunction } from './api-function.ts'
import { checkTenant } from './check-tenant.ts'
import {
  headerOf,
  type InvocationType,
  type InvokeOperation,
  readInvokeParameters,
} from './invoke-parameters.ts'

/** Lambda's payload limits (gettingstarted-limits): 6 MB, and 1 MB for an asynchronous invocation. */
const LIMIT_BYTES = {
  RequestResponse: 6 * 1024 * 1024,
  DryRun: 6 * 1024 * 1024,
  Event: 1024 * 1024,
} as const satisfies Record<InvocationType, number>
const CLIENT_CONTEXT_LIMIT_BYTES = 3583

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

/** Why the text is not JSON; undefined when it is. */
function jsonError(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** Reads a request of the Invoke API whose parameters keep to the model; `refusal` is the answer to one that is not valid. */
export async function readInvokeRequest(
  request: IncomingMessage,
  target: ApiFunction,
  operation: InvokeOperation,
): Promise<{ readonly invoke: InvokeRequest } | { readonly refusal: HttpResponse }> {
  const header = (name: string) => headerOf(request, name)
  const refuse = (...error: Parameters<typeof apiError>) => ({ refusal: apiError(...error) })

  const { invocationType, tenantId } = readInvokeParameters(request, operation)
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
