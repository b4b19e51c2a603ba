import { expect, test } from 'vitest'
import type { JournalEvent } from '../../journal/events.ts'
import type { InvocationOptions, InvocationResult } from '../invocation.ts'
import { eventInvokeConfig } from './event-invoke-config.ts'
import { createEventQueue } from './event-queue.ts'

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:order'
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:failed'
const boom: InvocationResult = {
  outcome: 'function-error',
  error: { errorType: 'Error', errorMessage: 'boom' },
}
const throttled: InvocationResult = { outcome: 'throttled', reason: 'full' }
const success: InvocationResult = { outcome: 'success', payload: '{"done":true}' }
const EVENT = { requestId: 'r-1', payload: '{"a":1}' }

/** A queue whose clocks move only by its own waits, and the wall clock by a step in each call too. */
function queueOf(
  results: readonly InvocationResult[],
  config: Readonly<Record<string, unknown>> = {},
  clockStepMs = 0,
) {
  let elapsedMs = 0
  let clockMs = Date.UTC(2026, 0, 1)
  const waits: number[] = []
  const calls: (InvocationOptions | undefined)[] = []
  const sent: { readonly destination: string; readonly json: unknown }[] = []
  const events: JournalEvent[] = []
  const finished = Promise.withResolvers<void>()
  const { deadLetterTargetArn, ...own } = config
  const queue = createEventQueue({
    functionName: 'order',
    functionArn: ARN,
    settings: () => ({
      config: eventInvokeConfig.parse(own),
      deadLetterTargetArn: typeof deadLetterTargetArn === 'string' ? deadLetterTargetArn : undefined,
    }),
    invoke: async (_, options) => {
      calls.push(options)
      clockMs += clockStepMs
      return results[Math.min(calls.length, results.length) - 1] ?? success
    },
    send: async (destination, json) => void sent.push({ destination, json: JSON.parse(json) as unknown }),
    record: (event) => {
      events.push(event)
      if (event.name === 'asynchronous.finished') finished.resolve()
    },
    now: () => clockMs,
    elapsedMs: () => elapsedMs,
    wait: async (ms) => {
      waits.push(ms)
      clockMs += ms
      elapsedMs += ms
    },
  })
  const run = async () => {
    queue.add(EVENT)
    await finished.promise
    await queue.stop()
  }
  return { queue, run, waits, calls, sent, events }
}

test('[3.5] a function error is tried twice more, after one minute and after two, under the same request id', async () => {
  const { run, waits, calls, events } = queueOf([boom])
  await run()
  expect(waits).toEqual([60_000, 120_000])
  expect(calls.map((options) => options?.requestId)).toEqual(['r-1', 'r-1', 'r-1'])
  expect(events.at(-1)).toMatchObject({ condition: 'RetriesExhausted', invokeCount: 3 })
})

test('[3.5] an event keeps its tenant', async () => {
  const { queue, calls } = queueOf([success])
  queue.add({ ...EVENT, tenantId: 'blue' })
  await queue.stop()
  expect(calls[0]?.tenantId).toBe('blue')
})

test('[3.5] maximumRetryAttempts 0 tries once', async () => {
  const { run, calls } = queueOf([boom], { maximumRetryAttempts: 0 })
  await run()
  expect(calls).toHaveLength(1)
})

test('[3.5] with no reserved concurrency an event is given up at once, with that condition', async () => {
  const noneReserved: InvocationResult = { ...throttled, noneReserved: true }
  const { run, waits, sent } = queueOf([noneReserved], {
    destinationConfig: { onFailure: { destination: QUEUE } },
  })
  await run()
  expect(waits).toEqual([])
  expect(sent).toEqual([{ destination: QUEUE, json: record('ZeroReservedConcurrency', 0) }])
})

test('[3.5] a throttled event waits longer each time, up to five minutes and six hours, and that uses up no attempt', async () => {
  const { run, waits, events, calls } = queueOf([throttled])
  await run()
  expect(waits.slice(0, 10)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300].map((seconds) => seconds * 1000))
  expect(waits.reduce((sum, ms) => sum + ms)).toBe(6 * 3600 * 1000)
  expect(events.at(-1)).toMatchObject({ condition: 'EventAgeExceeded', invokeCount: 0 })
  expect(calls.length).toBe(waits.length)
})

test('[3.5] an event that grew too old is not tried again', async () => {
  const { run, calls, events } = queueOf([boom], { maximumEventAgeInSeconds: 60 })
  await run()
  expect(calls).toHaveLength(1)
  expect(events.at(-1)).toMatchObject({ condition: 'EventAgeExceeded', invokeCount: 1 })
})

test('[3.5] a clock that steps back keeps no event alive', async () => {
  const { run, calls, events } = queueOf([boom], { maximumEventAgeInSeconds: 60 }, -3_600_000)
  await run()
  expect(calls).toHaveLength(1)
  expect(events.at(-1)).toMatchObject({ condition: 'EventAgeExceeded', invokeCount: 1 })
})

const record = (condition: string, approximateInvokeCount: number) => ({
  version: '1.0',
  timestamp: expect.stringMatching(/^2026-01-01T00:0.:00\.000Z$/) as unknown,
  requestContext: {
    requestId: 'r-1',
    functionArn: `${ARN}:$LATEST`,
    condition,
    approximateInvokeCount,
  },
  requestPayload: { a: 1 },
})

test('[3.5] the destinations get the invocation record, and the dead-letter target the event itself', async () => {
  const config = {
    destinationConfig: { onSuccess: { destination: 'audit' }, onFailure: { destination: QUEUE } },
    deadLetterTargetArn: QUEUE,
  }
  const good = queueOf([boom, success], config)
  await good.run()
  expect(good.sent).toEqual([
    {
      destination: 'audit',
      json: {
        ...record('Success', 2),
        responseContext: { statusCode: 200, executedVersion: '$LATEST' },
        responsePayload: { done: true },
      },
    },
  ])

  const bad = queueOf([boom], config)
  await bad.run()
  expect(bad.sent).toEqual([
    {
      destination: QUEUE,
      json: {
        ...record('RetriesExhausted', 3),
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        responsePayload: { errorType: 'Error', errorMessage: 'boom' },
      },
    },
    {
      destination: QUEUE,
      json: {
        body: '{"a":1}',
        messageAttributes: { RequestID: 'r-1', ErrorCode: '200', ErrorMessage: 'boom' },
      },
    },
  ])
})

test('a stop waits for the attempt in flight, starts no more, and records how many events are lost', async () => {
  const called = Promise.withResolvers<void>()
  const held = Promise.withResolvers<InvocationResult>()
  const events: JournalEvent[] = []
  const queue = createEventQueue({
    functionName: 'order',
    functionArn: ARN,
    settings: () => ({ config: eventInvokeConfig.parse({}), deadLetterTargetArn: undefined }),
    invoke: () => {
      called.resolve()
      return held.promise
    },
    send: async () => undefined,
    record: (event) => void events.push(event),
    now: () => 0,
    elapsedMs: () => 0,
    wait: async (_, signal) => signal.throwIfAborted(),
  })
  queue.add(EVENT)
  await called.promise
  const stopped = queue.stop()
  held.resolve(boom)
  await stopped
  expect(events).toEqual([{ name: 'asynchronous.undone', functionName: 'order', events: 1 }])
})
