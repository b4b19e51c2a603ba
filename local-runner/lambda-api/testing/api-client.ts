import {
  InvokeCommand,
  type InvokeCommandInput,
  InvokeWithResponseStreamCommand,
  type InvokeWithResponseStreamCommandInput,
  type InvokeWithResponseStreamCompleteEvent,
  LambdaClient,
} from '@aws-sdk/client-lambda'
import { onTestFinished } from 'vitest'
import { createJournal } from '../../journal/journal.ts'
import type { AsynchronousEvent } from '../../lambda/async-invocations/event-queue.ts'
import type { InvocationOptions, Invoke } from '../../lambda/invocation.ts'
import { manifestFunction } from '../../manifest/function-definition.ts'
import { serve } from '../../testing/serve.ts'
import type { ApiMapping } from '../api-function.ts'
import { createLambdaApi } from '../lambda-api.ts'

export const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:order'

export const textOf = (payload: Uint8Array | undefined) => Buffer.from(payload ?? []).toString()
export const echo: Invoke = async (payload) => ({ outcome: 'success', payload })

/**
 * AWS's client of an API with three functions, `order`, `stock` and `analytics`, all with this definition.
 * @param definition keys of function.json
 */
export async function clientOf(
  run: Invoke = echo,
  definition: Readonly<Record<string, unknown>> = {},
  mappings: readonly ApiMapping[] = [],
) {
  const { record, listen } = createJournal({ capacity: 10, now: () => 0 })
  const calls: { readonly payload: string; readonly options: InvocationOptions | undefined }[] = []
  const events: AsynchronousEvent[] = []
  const apiFunction = (name: string) => {
    const parsed = manifestFunction.parse({
      name,
      port: 1,
      handler: 'index.handler',
      buildId: 'b1',
      triggers: {},
      ...definition,
    })
    let reserved = parsed.reservedConcurrency
    return {
      definition: parsed,
      variables: { REDIS_URL: 'redis://127.0.0.1:6379', KAFKA_SASL_PASSWORD: 'hidden' },
      invoke: (payload: string, options?: InvocationOptions) => {
        calls.push({ payload, options })
        return run(payload, options)
      },
      addEvent: (event: AsynchronousEvent) => void events.push(event),
      reservedConcurrency: () => reserved,
      reserveConcurrency: async (executions: number | undefined) => {
        reserved = executions
      },
      mappings: () => (name === 'order' ? mappings : []),
    }
  }
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
