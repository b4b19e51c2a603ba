import type { AsynchronousCondition } from '../../journal/asynchronous-events.ts'
import type { InvocationResult } from '../invocation.ts'

export interface FinishedEvent {
  readonly requestId: string
  /** JSON text. */
  readonly payload: string
  readonly condition: AsynchronousCondition
  readonly invokeCount: number
  /** Of the last attempt that reached the function. */
  readonly lastResult: InvocationResult | undefined
}

/** A custom runtime may respond with something that is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** The result as the Invoke API would have shown it; undefined when the function never ran. */
function responseOf(result: InvocationResult | undefined) {
  if (result?.outcome === 'success') return { payload: parsed(result.payload) }
  if (result?.outcome === 'function-error') return { payload: result.error, functionError: 'Unhandled' }
  return undefined
}

/** The document for a destination, as JSON text (invocation-async-retain-records). `functionArn` is unqualified. */
export function toInvocationRecord(event: FinishedEvent, functionArn: string, atMs: number): string {
  const response = responseOf(event.lastResult)
  return JSON.stringify({
    version: '1.0',
    timestamp: new Date(atMs).toISOString(),
    requestContext: {
      requestId: event.requestId,
      functionArn: `${functionArn}:$LATEST`,
      condition: event.condition,
      approximateInvokeCount: event.invokeCount,
    },
    requestPayload: parsed(event.payload),
    ...(response && {
      responseContext: {
        statusCode: 200,
        executedVersion: '$LATEST',
        ...(response.functionError !== undefined && { functionError: response.functionError }),
      },
      responsePayload: response.payload,
    }),
  })
}

const MESSAGE_BYTES = 1024

/** The message for a dead-letter queue: the event, with the reason in attributes (invocation-async-retain-records, DLQ). */
export function toDeadLetter({ requestId, payload, lastResult }: FinishedEvent): string {
  const error = lastResult?.outcome === 'function-error' ? lastResult.error.errorMessage : ''
  return JSON.stringify({
    body: payload,
    messageAttributes: {
      RequestID: requestId,
      ErrorCode: '200',
      ErrorMessage: Buffer.from(error).subarray(0, MESSAGE_BYTES).toString(),
    },
  })
}
