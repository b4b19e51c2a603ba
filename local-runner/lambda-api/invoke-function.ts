import type { HttpResponse } from '../http/response.ts'
import type { Journal } from '../journal/journal.ts'
import type { InvocationOptions, InvocationResult } from '../lambda/invocation.ts'
import { apiError } from './api-error.ts'
import type { ApiFunction } from './api-function.ts'
import { createLogTail } from './log-tail.ts'
import type { InvokeRequest } from './read-invoke-request.ts'

/** What identifies a call of the Invoke API. `requestId` becomes the invocation's own, as on AWS. */
export interface InvocationCall {
  readonly requestId: string
  readonly qualifier: string | undefined
}

const identityOf = ({ requestId, qualifier }: InvocationCall, { traceId, tenantId }: InvokeRequest) => ({
  requestId,
  ...(qualifier !== undefined && { qualifier }),
  ...(traceId !== undefined && { traceId }),
  ...(tenantId !== undefined && { tenantId }),
})

/** Of a synchronous invocation; an asynchronous one has no client context. */
export const synchronousOptions = (call: InvocationCall, request: InvokeRequest): InvocationOptions => ({
  source: 'invoke',
  ...identityOf(call, request),
  ...(request.clientContext !== undefined && { clientContext: request.clientContext }),
})

export function throttled({ reservedConcurrency }: ApiFunction): HttpResponse {
  const kind = reservedConcurrency() === undefined ? '' : 'ReservedFunction'
  const reason = `${kind}ConcurrentInvocationLimitExceeded`
  return apiError(429, 'TooManyRequestsException', 'Rate Exceeded.', { Reason: reason })
}

export interface InvokeFunctionDeps {
  readonly listen: Journal['listen']
}

const executed = (
  result: Exclude<InvocationResult, { readonly outcome: 'throttled' }>,
  logResult: string | undefined,
): HttpResponse => ({
  statusCode: 200,
  headers: [
    ['content-type', 'application/json'],
    ['x-amz-executed-version', '$LATEST'],
    // AWS answers Unhandled for every function error, an ordinary throw included.
    ...(result.outcome === 'function-error' ? ([['x-amz-function-error', 'Unhandled']] as const) : []),
    ...(logResult === undefined ? [] : ([['x-amz-log-result', logResult]] as const)),
  ],
  body: result.outcome === 'success' ? result.payload : JSON.stringify(result.error),
})

/** Invoke: runs the function and answers with its result, or queues the event. */
export function createInvokeFunction({ listen }: InvokeFunctionDeps) {
  async function invokeNow(target: ApiFunction, request: InvokeRequest, call: InvocationCall) {
    const tail = request.wantsLogTail ? createLogTail(listen, call.requestId) : undefined
    const result = await target.invoke(request.payload, synchronousOptions(call, request))
    const logResult = tail?.take()
    return result.outcome === 'throttled' ? throttled(target) : executed(result, logResult)
  }

  return async (target: ApiFunction, request: InvokeRequest, call: InvocationCall): Promise<HttpResponse> => {
    switch (request.invocationType) {
      case 'RequestResponse':
        return invokeNow(target, request, call)
      case 'Event':
        target.addEvent({ ...identityOf(call, request), payload: request.payload })
        return { statusCode: 202, headers: [], body: '' }
      case 'DryRun':
        return { statusCode: 204, headers: [], body: '' }
    }
  }
}
