import type { ServerResponse } from 'node:http'
import { sendResponse } from '../http/send-response.ts'
import { writeChunk } from '../http/write-chunk.ts'
import type { Journal } from '../journal/journal.ts'
import type { FunctionError } from '../lambda/invocation.ts'
import type { ApiFunction } from './api-function.ts'
import { encodeEvent } from './event-stream-message.ts'
import { type InvocationCall, synchronousOptions, throttled } from './invoke-function.ts'
import { createLogTail } from './log-tail.ts'
import type { InvokeRequest } from './read-invoke-request.ts'

export interface StreamFunctionDeps {
  readonly listen: Journal['listen']
}

/** The last event of the stream. AWS does not document the error codes; clients know this one. */
const completion = (error: FunctionError | undefined, logResult: string | undefined) => ({
  ...(error && { ErrorCode: 'Unhandled', ErrorDetails: JSON.stringify(error) }),
  ...(logResult !== undefined && { LogResult: logResult }),
})

/** InvokeWithResponseStream: each chunk that the function writes is one event; a response that is not streamed is one chunk. */
export function createStreamFunction({ listen }: StreamFunctionDeps) {
  return async (
    target: ApiFunction,
    request: InvokeRequest,
    call: InvocationCall,
    response: ServerResponse,
  ): Promise<void> => {
    const requestIdHeader = ['x-amzn-requestid', call.requestId] as const
    if (request.invocationType === 'DryRun') {
      return sendResponse(response, { statusCode: 204, headers: [requestIdHeader], body: '' })
    }
    const tail = request.wantsLogTail ? createLogTail(listen, call.requestId) : undefined
    const send = (eventType: string, contentType: string, payload: Uint8Array) => {
      // The client may have disconnected, and a function may still write after its timeout.
      if (response.destroyed || response.writableEnded) return undefined
      if (!response.headersSent) {
        response.writeHead(200, {
          'content-type': 'application/vnd.amazon.eventstream',
          'x-amz-executed-version': '$LATEST',
          [requestIdHeader[0]]: requestIdHeader[1],
        })
      }
      return writeChunk(response, encodeEvent(eventType, contentType, payload))
    }
    const sendChunk = (chunk: Uint8Array) => send('PayloadChunk', 'application/octet-stream', chunk)

    const options = { ...synchronousOptions(call, request), onChunk: sendChunk }
    const result = await target.invoke(request.payload, options)
    const logResult = tail?.take()
    if (result.outcome === 'throttled') return sendResponse(response, throttled(target), [requestIdHeader])
    if (result.outcome === 'success' && result.payload !== '') void sendChunk(Buffer.from(result.payload))
    const error = result.outcome === 'function-error' ? result.error : undefined
    const end = Buffer.from(JSON.stringify(completion(error, logResult)))
    void send('InvokeComplete', 'application/json', end)
    response.end()
  }
}
