/** Error responses of the Runtime API. */
export interface Refusal {
  readonly statusCode: number
  readonly errorType: string
  readonly errorMessage: string
}

// Texts of AWS's own emulator (aws-lambda-runtime-interface-emulator, internal/lambda/rapi/rendering).

export const invalidRequestId: Refusal = {
  statusCode: 400,
  errorType: 'InvalidRequestID',
  errorMessage: 'Invalid request ID',
}

export const invalidInvocationId: Refusal = {
  statusCode: 400,
  errorType: 'InvalidInvocationId',
  errorMessage: 'Invalid invocation ID',
}

export const invalidResponseMode: Refusal = {
  statusCode: 400,
  errorType: 'InvalidFunctionResponseMode',
  errorMessage: 'Invalid function response mode',
}

export const truncatedRequest: Refusal = {
  statusCode: 400,
  errorType: 'TruncatedHTTPRequest',
  errorMessage: 'HTTP request detected as truncated',
}

export const tooLarge = (limitBytes: number): Refusal => ({
  statusCode: 413,
  errorType: 'RequestEntityTooLarge',
  errorMessage: `Exceeded maximum allowed payload size (${limitBytes} bytes).`,
})

export type RuntimeState = 'Started' | 'InitError' | 'Ready' | 'Running' | 'RuntimeResponseSentState'

export const invalidTransition = (
  from: RuntimeState,
  to: 'InitError' | 'InvocationResponse' | 'InvocationErrorResponse' | 'Ready',
): Refusal => ({
  statusCode: 403,
  errorType: 'InvalidStateTransition',
  errorMessage: `State transition from ${from} to ${to} failed for runtime. Error: State transition is not allowed`,
})
