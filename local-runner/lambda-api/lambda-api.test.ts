import { type InvokeCommandInput, TooManyRequestsException } from '@aws-sdk/client-lambda'
import { expect, test } from 'vitest'
import type { InvocationResult, Invoke } from '../lambda/invocation.ts'
import { ARN, clientOf, echo, textOf } from './testing/api-client.ts'

const success = (value: unknown): InvocationResult => ({ outcome: 'success', payload: JSON.stringify(value) })
const boom: InvocationResult = {
  outcome: 'function-error',
  error: { errorType: 'Error', errorMessage: 'boom', trace: ['Error: boom', '    at f'] },
}

test.each(['order', 'order:$LATEST', '000000000000:function:order', ARN, `${ARN}:$LATEST`])(
  '[3.5] RequestResponse by the name %s: 200, the payload, the version',
  async (name) => {
    const { invoke } = await clientOf(echo)
    const answer = await invoke({ FunctionName: name, Payload: Buffer.from('{"ä":1}') })
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' })
    expect(answer.FunctionError).toBeUndefined()
    expect(textOf(answer.Payload)).toBe('{"ä":1}')
  },
)

test('[3.5] without a payload the function gets {}', async () => {
  const { invoke } = await clientOf(echo)
  expect(textOf((await invoke()).Payload)).toBe('{}')
})

test('[3.5] [6.11] a function error is 200 with FunctionError Unhandled, an ordinary throw too, and its stack is `trace`', async () => {
  const { invoke } = await clientOf(async () => boom)
  const answer = await invoke()
  expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' })
  expect(JSON.parse(textOf(answer.Payload))).toEqual({
    errorType: 'Error',
    errorMessage: 'boom',
    trace: ['Error: boom', '    at f'],
  })
})

test('[3.5] the request id of the answer is the invocation’s', async () => {
  const { invoke, calls } = await clientOf(echo)
  const { $metadata } = await invoke()
  expect(calls[0]?.options).toEqual({ source: 'invoke', requestId: $metadata.requestId })
})

test('[3.3] [3.5] client context and qualifier reach the invocation', async () => {
  const { invoke, calls } = await clientOf(echo)
  await invoke({
    ClientContext: Buffer.from('{"custom":{"a":1}}').toString('base64'),
    Qualifier: '$LATEST',
  })
  expect(calls[0]?.options).toMatchObject({
    clientContext: '{"custom":{"a":1}}',
    qualifier: '$LATEST',
  })
})

test('[3.5] LogType Tail gives the last 4 KB of this invocation’s log', async () => {
  const { invoke, record } = await clientOf(async (_, options) => {
    const { requestId } = options ?? {}
    record({ name: 'log', functionName: 'order', requestId: 'another', line: 'not mine' })
    record({ name: 'log', functionName: 'order', requestId, line: 'x'.repeat(5000) })
    record({ name: 'log', functionName: 'order', requestId, line: 'the end' })
    return success(1)
  })
  const { LogResult } = await invoke({ LogType: 'Tail' })
  const tail = Buffer.from(LogResult ?? '', 'base64').toString()
  expect(tail).toHaveLength(4096)
  expect(tail).toMatch(/^x+\nthe end\n$/)
  expect((await invoke()).LogResult).toBeUndefined()
})

test('[3.5] Event: 202 at once with an empty body, and the event waits under the same request id, without a client context', async () => {
  const { invoke, events, calls } = await clientOf(echo)
  const answer = await invoke({
    InvocationType: 'Event',
    Payload: Buffer.from('{"a":1}'),
    ClientContext: Buffer.from('{}').toString('base64'),
  })
  expect(answer.StatusCode).toBe(202)
  expect(textOf(answer.Payload)).toBe('')
  expect(events).toEqual([{ requestId: answer.$metadata.requestId, payload: '{"a":1}' }])
  expect(calls).toEqual([])
})

test('[3.5] DryRun: 204, and nothing runs', async () => {
  const { invoke, events, calls } = await clientOf(echo)
  expect((await invoke({ InvocationType: 'DryRun' })).StatusCode).toBe(204)
  expect([...events, ...calls]).toEqual([])
})

const MB = 1024 * 1024
const jsonOf = (bytes: number) => Buffer.from(`"${'x'.repeat(bytes - 2)}"`)

test('[3.5] the limits are 6 MB, and 1 MB for an Event', async () => {
  const { invoke } = await clientOf(async () => success(1))
  expect((await invoke({ Payload: jsonOf(6 * MB) })).StatusCode).toBe(200)
  await expect(invoke({ Payload: jsonOf(6 * MB + 1) })).rejects.toMatchObject({
    name: 'RequestTooLargeException',
    message: 'Request must be smaller than 6291456 bytes for the InvokeFunction operation',
    $metadata: { httpStatusCode: 413 },
  })
  expect((await invoke({ InvocationType: 'Event', Payload: jsonOf(MB) })).StatusCode).toBe(202)
  await expect(invoke({ InvocationType: 'Event', Payload: jsonOf(MB + 1) })).rejects.toMatchObject({
    name: 'RequestTooLargeException',
    message: 'Request must be smaller than 1048576 bytes for the InvokeFunction operation',
  })
})

const refused: readonly (readonly [Partial<InvokeCommandInput>, number, string, unknown])[] = [
  [
    { FunctionName: 'nope' },
    404,
    'ResourceNotFoundException',
    `Function not found: ${ARN.replace('order', 'nope')}:$LATEST`,
  ],
  [{ Qualifier: 'live' }, 404, 'ResourceNotFoundException', `Function not found: ${ARN}:live`],
  [
    { FunctionName: 'arn:aws:lambda:eu-west-1:000000000000:function:order' },
    404,
    'ResourceNotFoundException',
    "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')",
  ],
  [
    { FunctionName: `${ARN}:$LATEST`, Qualifier: '1' },
    400,
    'InvalidParameterValueException',
    'The derived qualifier from the function name does not match the specified qualifier.',
  ],
  [
    { FunctionName: 'order!' },
    400,
    'ValidationException',
    expect.stringMatching(/^1 validation error detected: Value 'order!' at 'functionName'/),
  ],
  [
    { TenantId: 'blue' },
    400,
    'InvalidParameterValueException',
    expect.stringContaining('not enabled with tenancy configuration'),
  ],
  [
    { Payload: Buffer.from('{') },
    400,
    'InvalidRequestContentException',
    expect.stringMatching(/^Could not parse request body into json: /),
  ],
  [
    { ClientContext: Buffer.from('no json').toString('base64') },
    400,
    'InvalidRequestContentException',
    'Client context must be a valid Base64-encoded JSON object.',
  ],
  [
    { ClientContext: 'e30='.repeat(1000) },
    400,
    'InvalidRequestContentException',
    'Client context must be at most 3583 bytes of Base64.',
  ],
  [
    { InvocationType: 'Later' as 'Event' },
    400,
    'ValidationException',
    expect.stringContaining("Value 'Later' at 'invocationType'"),
  ],
]

test.each(refused)('[3.5] the API refuses %o with %s %s', async (input, httpStatusCode, name, message) => {
  const { invoke, calls } = await clientOf(echo)
  await expect(invoke(input)).rejects.toMatchObject({ name, message, $metadata: { httpStatusCode } })
  expect(calls).toEqual([])
})

test('[3.5] every parameter is checked before the function is looked up, and all that is wrong is named', async () => {
  const { invoke } = await clientOf(echo)
  const wrong = { InvocationType: 'Later' as 'Event', TenantId: 'blue!' }
  await expect(invoke({ ...wrong, FunctionName: 'nope' })).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringMatching(
      /^2 validation errors detected: Value 'Later' at 'invocationType' .*; Value 'blue!' at 'tenantId' /,
    ) as unknown,
  })
  await expect(invoke({ ...wrong, FunctionName: 'nope!' })).rejects.toMatchObject({
    message: expect.stringMatching(/^3 validation errors detected: Value 'nope!' at /) as unknown,
  })
})

test.each([
  [{}, 'ConcurrentInvocationLimitExceeded'],
  [{ reservedConcurrency: 1 }, 'ReservedFunctionConcurrentInvocationLimitExceeded'],
])('[3.5] throttled with %o: 429 with the reason', async (definition, reason) => {
  const { invoke } = await clientOf(async () => ({ outcome: 'throttled', reason: 'full' }), definition)
  const error = await invoke().catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(TooManyRequestsException)
  expect(error).toMatchObject({ message: 'Rate Exceeded.', Reason: reason, Type: 'User' })
})

const writing: Invoke = async (_, options) => {
  for (const text of ['one', 'ü']) void options?.onChunk?.(Buffer.from(text), 'text/plain')
  return { outcome: 'success', payload: '' }
}

test('[3.5] InvokeWithResponseStream gives each chunk as an event, and says when it is complete', async () => {
  const { stream, calls } = await clientOf(writing)
  const { head, chunks, complete } = await stream({ Payload: Buffer.from('{"a":1}') })
  expect(head).toMatchObject({
    StatusCode: 200,
    ExecutedVersion: '$LATEST',
    ResponseStreamContentType: 'application/vnd.amazon.eventstream',
  })
  expect(chunks).toEqual(['one', 'ü'])
  expect(complete).toEqual({})
  expect(calls[0]).toMatchObject({
    payload: '{"a":1}',
    options: { source: 'invoke', requestId: head.$metadata.requestId },
  })
})

test('[3.5] InvokeWithResponseStream gives the answer of a handler that does not stream as one chunk', async () => {
  const { stream } = await clientOf(echo)
  expect((await stream({ Payload: Buffer.from('[1]') })).chunks).toEqual(['[1]'])
})

test('[3.5] a streamed response that fails midway ends with the error, and with LogType Tail with the log', async () => {
  const { stream, record } = await clientOf(async (_, options) => {
    void options?.onChunk?.(Buffer.from('half'), 'text/plain')
    record({ name: 'log', functionName: 'order', requestId: options?.requestId, line: 'midway' })
    return boom
  })
  const { head, chunks, complete } = await stream({ LogType: 'Tail' })
  expect([head.StatusCode, chunks]).toEqual([200, ['half']])
  expect(complete).toEqual({
    ErrorCode: 'Unhandled',
    ErrorDetails: '{"errorType":"Error","errorMessage":"boom","trace":["Error: boom","    at f"]}',
    LogResult: Buffer.from('midway\n').toString('base64'),
  })
})

test('[3.5] InvokeWithResponseStream runs nothing in a DryRun, knows no Event, and is throttled and refused as Invoke', async () => {
  const { stream, calls } = await clientOf(async () => ({ outcome: 'throttled', reason: 'full' }))
  expect((await stream({ InvocationType: 'DryRun' })).head.StatusCode).toBe(204)
  await expect(stream({ InvocationType: 'Event' as 'DryRun' })).rejects.toMatchObject({
    name: 'ValidationException',
  })
  await expect(stream({ FunctionName: 'nope' })).rejects.toMatchObject({
    message: `Function not found: ${ARN.replace('order', 'nope')}:$LATEST`,
  })
  expect(calls).toEqual([])
  await expect(stream()).rejects.toBeInstanceOf(TooManyRequestsException)
})

const tenancyConfig = { tenantIsolationMode: 'PER_TENANT' }

test('[3.3] [3.5] with tenant isolation the tenant reaches the invocation, an asynchronous one too', async () => {
  const { invoke, calls, events } = await clientOf(echo, { tenancyConfig })
  await invoke({ TenantId: 'blue' })
  await invoke({ TenantId: 'green', InvocationType: 'Event' })
  expect(calls[0]?.options?.tenantId).toBe('blue')
  expect(events[0]?.tenantId).toBe('green')
})

test.each([
  [
    undefined,
    'InvalidParameterValueException',
    'The invoked function is enabled with tenancy configuration. Add a valid tenant ID in your request and try again.',
  ],
  [
    'blue!',
    'ValidationException',
    String.raw`1 validation error detected: Value 'blue!' at 'tenantId' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9\._:\/=+\-@ ]+`,
  ],
])('[3.5] with tenant isolation the tenant %s is refused with %s', async (TenantId, name, message) => {
  const { invoke, calls } = await clientOf(echo, { tenancyConfig })
  await expect(invoke({ TenantId })).rejects.toMatchObject({
    name,
    message,
    $metadata: { httpStatusCode: 400 },
  })
  expect(calls).toEqual([])
})
