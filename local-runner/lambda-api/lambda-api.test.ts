import {
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  type InvokeCommandInput,
  InvokeWithResponseStreamCommand,
  type InvokeWithResponseStreamCommandInput,
  type InvokeWithResponseStreamCompleteEvent,
  LambdaClient,
  paginateListFunctions,
  TooManyRequestsException,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda'
import { expect, onTestFinished, test } from 'vitest'
import { createJournal } from '../journal/journal.ts'
import type { AsynchronousEvent } from '../lambda/async-invocations/event-queue.ts'
import type { InvocationOptions, InvocationResult, Invoke } from '../lambda/invocation.ts'
import { manifestFunction } from '../manifest/function-definition.ts'
import { serve } from '../testing/serve.ts'
import { createLambdaApi } from './lambda-api.ts'

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:order'
const success = (value: unknown): InvocationResult => ({ outcome: 'success', payload: JSON.stringify(value) })
const boom: InvocationResult = {
  outcome: 'function-error',
  error: { errorType: 'Error', errorMessage: 'boom', trace: ['Error: boom', '    at f'] },
}

async function clientOf(run: Invoke, definition: Readonly<Record<string, unknown>> = {}) {
  const { record, listen } = createJournal({ capacity: 10, now: () => 0 })
  const calls: { readonly payload: string; readonly options: InvocationOptions | undefined }[] = []
  const events: AsynchronousEvent[] = []
  const apiFunction = (name: string) => ({
    definition: manifestFunction.parse({
      name,
      port: 1,
      handler: 'index.handler',
      buildId: 'b1',
      triggers: {},
      ...definition,
    }),
    invoke: (payload: string, options?: InvocationOptions) => {
      calls.push({ payload, options })
      return run(payload, options)
    },
    addEvent: (event: AsynchronousEvent) => void events.push(event),
  })
  const names = ['order', 'stock', 'analytics']
  const api = createLambdaApi({
    functions: new Map(names.map((name) => [name, apiFunction(name)])),
    functionCode: async (name) => ({
      sha256: 's',
      sizeBytes: 7,
      modifiedAtEpochMs: 0,
      location: `file:///${name}`,
    }),
    listen,
  })
  const { url } = await serve(api)
  const client = new LambdaClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  })
  onTestFinished(() => client.destroy())
  const invoke = (input: Partial<InvokeCommandInput> = {}) =>
    client.send(new InvokeCommand({ FunctionName: 'order', ...input }))
  const stream = async (input: Partial<InvokeWithResponseStreamCommandInput> = {}) => {
    const command = new InvokeWithResponseStreamCommand({ FunctionName: 'order', ...input })
    const { EventStream = [], ...head } = await client.send(command)
    const chunks: string[] = []
    let complete: InvokeWithResponseStreamCompleteEvent | undefined
    for await (const { PayloadChunk, InvokeComplete } of EventStream) {
      if (PayloadChunk) chunks.push(textOf(PayloadChunk.Payload))
      complete = InvokeComplete
    }
    return { head, chunks, complete }
  }
  return { client, url, invoke, stream, calls, events, record }
}

const textOf = (payload: Uint8Array | undefined) => Buffer.from(payload ?? []).toString()
const echo: Invoke = async (payload) => ({ outcome: 'success', payload })

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

test('[3.3] [3.5] client context, qualifier and tenant reach the invocation', async () => {
  const { invoke, calls } = await clientOf(echo)
  await invoke({
    ClientContext: Buffer.from('{"custom":{"a":1}}').toString('base64'),
    Qualifier: '$LATEST',
    TenantId: 't-1',
  })
  expect(calls[0]?.options).toMatchObject({
    clientContext: '{"custom":{"a":1}}',
    qualifier: '$LATEST',
    tenantId: 't-1',
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
    'Function not found: arn:aws:lambda:eu-west-1:000000000000:function:order:$LATEST',
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

test('[3.5] ListFunctions lists by name, page by page', async () => {
  const { client } = await clientOf(echo)
  const pages: (string | undefined)[][] = []
  for await (const { Functions } of paginateListFunctions({ client, pageSize: 2 }, {})) {
    pages.push((Functions ?? []).map(({ FunctionName }) => FunctionName))
  }
  expect(pages).toEqual([['analytics', 'order'], ['stock']])
})

test('[3.5] GetFunction and GetFunctionConfiguration answer what function.json says', async () => {
  const { client } = await clientOf(echo, { memorySize: 512, timeout: 5, reservedConcurrency: 3 })
  const { Configuration, Code, Concurrency } = await client.send(
    new GetFunctionCommand({ FunctionName: ARN }),
  )
  expect(Configuration).toMatchObject({
    FunctionName: 'order',
    FunctionArn: ARN,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    MemorySize: 512,
    Timeout: 5,
    CodeSize: 7,
    CodeSha256: 's',
    State: 'Active',
    Version: '$LATEST',
    LastModified: '1970-01-01T00:00:00.000+0000',
  })
  expect(Code?.Location).toBe('file:///order')
  expect(Concurrency?.ReservedConcurrentExecutions).toBe(3)
  const qualified = new GetFunctionConfigurationCommand({ FunctionName: 'order', Qualifier: '$LATEST' })
  expect((await client.send(qualified)).FunctionArn).toBe(`${ARN}:$LATEST`)
  await expect(client.send(new GetFunctionCommand({ FunctionName: 'nope' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: `Function not found: ${ARN.replace('order', 'nope')}`,
  })
})

test('[3.5] the SDK’s own waiter finds the function active', async () => {
  const { client } = await clientOf(echo)
  const { state } = await waitUntilFunctionActiveV2({ client, maxWaitTime: 5 }, { FunctionName: 'order' })
  expect(state).toBe('SUCCESS')
})

test('[3.5] an operation that is not served says which are', async () => {
  const { url } = await clientOf(echo)
  const response = await fetch(`${url}/2015-03-31/functions/order/code`, { method: 'PUT' })
  expect(response.status).toBe(404)
  expect(response.headers.get('x-amzn-errortype')).toBe('UnknownOperationException')
  expect(await response.text()).toContain('It serves Invoke, InvokeWithResponseStream, ListFunctions')
})
