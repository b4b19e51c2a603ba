import type { HttpResponse } from '../http/http-response.ts'
import type { InvocationResult } from '../invocation.ts'
import type { Journal } from '../journal.ts'
import { apiError } from './api-error.ts'
import type { ApiFunction } from './api-function.ts'
import { createLogTail } from './log-tail.ts'
import type { InvokeRequest } from './read-invoke-request.ts'

export interface Deps {
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
    // AWS says Unhandled for every function error, an ordinary throw too.
    ...(result.outcome === 'function-error' ? ([['x-amz-function-error', 'Unhandled']] as const) : []),
    ...(logResult === undefined ? [] : ([['x-amz-log-result', logResult]] as const)),
  ],
  body: result.outcome === 'success' ? result.payload : JSON.stringify(result.error),
})

function throttled({ definition }: ApiFunction): HttpResponse {
  const kind = definition.reservedConcurrency === undefined ? '' : 'ReservedFunction'
  const reason = `${kind}ConcurrentInvocationLimitExceeded`
  return apiError(429, 'TooManyRequestsException', 'Rate Exceeded.', { Reason: reason })
}

/** Runs one call of the Invoke API. `requestId` becomes the invocation's own, as on AWS. */
export function createInvokeFunction({ listen }: Deps) {
  async function invokeNow(target: ApiFunction, request: InvokeRequest, identity: Identity) {
    const tail = request.wantsLogTail ? createLogTail(listen, identity.requestId) : undefined
    const result = await target.invoke(request.payload, {
      source: 'invoke',
      ...identity,
      ...(request.clientContext !== undefined && { clientContext: request.clientContext }),
      ...(request.tenantId !== undefined && { tenantId: request.tenantId }),
    })
    const logResult = tail?.take()
    return result.outcome === 'throttled' ? throttled(target) : executed(result, logResult)
  }

  return async (
    target: ApiFunction,
    request: InvokeRequest,
    call: { readonly requestId: string; readonly qualifier: string | undefined },
  ): Promise<HttpResponse> => {
    const identity = {
      requestId: call.requestId,
      ...(call.qualifier !== undefined && { qualifier: call.qualifier }),
      ...(request.traceId !== undefined && { traceId: request.traceId }),
    }
    switch (request.invocationType) {
      case 'RequestResponse':
        return invokeNow(target, request, identity)
      case 'Event':
        target.addEvent({ ...identity, payload: request.payload })
        return { statusCode: 202, headers: [], body: '' }
      case 'DryRun':
        return { statusCode: 204, headers: [], body: '' }
    }
  }
}

interface Identity {
  readonly requestId: string
  readonly qualifier?: string
  readonly traceId?: string
}
