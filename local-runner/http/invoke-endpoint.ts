import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Invoke } from '../invocation.ts'
import type { HttpResponse } from './http-response.ts'
import { readBody } from './read-body.ts'
import { sendResponse } from './send-response.ts'

export const INVOKE_PATH = /^\/2015-03-31\/functions\/([^/?]+)\/invocations(?:\?(.*))?$/
const LIMIT_BYTES = 6 * 1024 * 1024

export interface Deps {
  readonly functionName: string
  readonly functionArn: string
  readonly invoke: Invoke
}

/** An error of the Lambda API itself, in the form its SDKs read. */
function apiError(
  statusCode: number,
  type: string,
  message: string,
  more: Record<string, string> = {},
): HttpResponse {
  return {
    statusCode,
    headers: [
      ['content-type', 'application/json'],
      ['x-amzn-errortype', type],
    ],
    body: JSON.stringify({ Type: 'User', message, ...more }),
  }
}

const invoked = (payload: string, functionError: boolean): HttpResponse => ({
  statusCode: 200,
  headers: [
    ['content-type', 'application/json'],
    ['x-amz-executed-version', '$LATEST'],
    // AWS says Unhandled for every function error, an ordinary throw too.
    ...(functionError ? ([['x-amz-function-error', 'Unhandled']] as const) : []),
  ],
  body: payload,
})

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name // Then it is no function's name, and the answer says so.
  }
}

function refuseBody(payload: string): HttpResponse | undefined {
  try {
    JSON.parse(payload)
    return undefined
  } catch (error) {
    const text = `Could not parse request body into json: ${error instanceof Error ? error.message : ''}`
    return apiError(400, 'InvalidRequestContentException', text)
  }
}

/** Lambda's Invoke API for one function: `POST /2015-03-31/functions/{name}/invocations`, RequestResponse only. */
export function createInvokeEndpoint({ functionName, functionArn, invoke }: Deps) {
  const names = new Set([functionName, `${functionName}:$LATEST`, functionArn, `${functionArn}:$LATEST`])

  async function answer(request: IncomingMessage): Promise<HttpResponse> {
    const [, encodedName = '', query = ''] = INVOKE_PATH.exec(request.url ?? '') ?? []
    const name = decoded(encodedName)
    const qualifier = new URLSearchParams(query).get('Qualifier') ?? '$LATEST'
    const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse'
    if (!names.has(name) || qualifier !== '$LATEST') {
      return apiError(
        404,
        'ResourceNotFoundException',
        `Function not found: ${functionArn.replace(functionName, name)}`,
      )
    }
    if (type !== 'RequestResponse') {
      const text = `Invocation type ${String(type)} is not supported yet by the local runner; use RequestResponse.`
      return apiError(400, 'InvalidParameterValueException', text)
    }
    const body = await readBody(request, LIMIT_BYTES)
    if (!body) {
      const text = `Request must be smaller than ${LIMIT_BYTES} bytes for the InvokeFunction operation`
      return apiError(413, 'RequestTooLargeException', text)
    }
    const payload = body.length === 0 ? '{}' : body.toString()
    const refusal = refuseBody(payload)
    if (refusal) return refusal

    const result = await invoke(payload, { source: 'invoke' })
    switch (result.outcome) {
      case 'success':
        return invoked(result.payload, false)
      case 'function-error':
        return invoked(JSON.stringify(result.error), true)
      case 'throttled':
        return apiError(429, 'TooManyRequestsException', 'Rate Exceeded.', {
          Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
        })
    }
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> =>
    sendResponse(response, await answer(request), [['x-amzn-requestid', randomUUID()]])
}
