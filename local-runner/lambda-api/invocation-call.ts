import type { HttpResponse } from '../http/response.ts'
import type { InvocationOptions } from '../lambda/invocation.ts'
import { apiError } from './api-error.ts'
import type { ApiFunction } from './api-function.ts'
import type { InvokeRequest } from './read-invoke-request.ts'

/** What a call of the Invoke API names besides its body. `requestId` becomes the invocation's own, as on AWS. */
export interface InvocationCall {
  readonly requestId: string
  readonly qualifier: string | undefined
}

export const identityOf = ({ requestId, qualifier }: InvocationCall, { traceId }: InvokeRequest) => ({
  requestId,
  ...(qualifier !== undefined && { qualifier }),
  ...(traceId !== undefined && { traceId }),
})

/** Of an invocation whose caller waits; an asynchronous one has no client context. */
export const synchronousOptions = (call: InvocationCall, request: InvokeRequest): InvocationOptions => ({
  source: 'invoke',
  ...identityOf(call, request),
  ...(request.clientContext !== undefined && { clientContext: request.clientContext }),
  ...(request.tenantId !== undefined && { tenantId: request.tenantId }),
})

export function throttled({ definition }: ApiFunction): HttpResponse {
  const kind = definition.reservedConcurrency === undefined ? '' : 'ReservedFunction'
  const reason = `${kind}ConcurrentInvocationLimitExceeded`
  return apiError(429, 'TooManyRequestsException', 'Rate Exceeded.', { Reason: reason })
}
