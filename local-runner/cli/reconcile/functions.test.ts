import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { createFunction, UnknownTriggerError } from './functions.ts'

type Answer = readonly [status: number, body: unknown, headers?: Readonly<Record<string, string>>]

const stops: (() => void)[] = []
afterEach(() => stops.splice(0).forEach((stop) => stop()))

/** A listener that gives these answers one after the other, the last one for ever. */
async function answering(...answers: Answer[]) {
  const received: { url: string | undefined; body: unknown }[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      received.push({ url: request.url, body: JSON.parse(Buffer.concat(chunks).toString()) })
      const [status, body, headers = {}] = answers[Math.min(received.length, answers.length) - 1] ?? [500, {}]
      response.writeHead(status, headers).end(JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stops.push(() => server.close())
  return { received, port: (server.address() as AddressInfo).port }
}

const failed: Answer = [
  200,
  { errorType: 'AppError', errorMessage: 'Redis did not answer' },
  { 'x-amz-function-error': 'Unhandled' },
]

test('asks through the Lambda Invoke API, with the step and its detail', async () => {
  const { received, port } = await answering([200, { ok: 1 }])
  expect(await createFunction('stock', port).ask('rebuild', '{"eventSource":"aws:kafka"}')).toEqual({ ok: 1 })
  expect(received).toEqual([
    {
      url: '/2015-03-31/functions/stock/invocations',
      body: {
        source: 'order-pipeline.reconcile',
        'detail-type': 'rebuild',
        detail: { eventSource: 'aws:kafka' },
      },
    },
  ])
})

test('asks again after a function error and after a throttle', async () => {
  const { received, port } = await answering(failed, [429, { message: 'Rate Exceeded.' }], [200, { ok: 1 }])
  expect(await createFunction('stock', port, 1).ask('totals')).toEqual({ ok: 1 })
  expect(received).toHaveLength(3)
})

test('gives up after six tries, and says what the function answered', async () => {
  const { received, port } = await answering(failed)
  await expect(createFunction('stock', port, 1).ask('freeze')).rejects.toThrow(
    'The function "stock" failed 6 times at "freeze": AppError: Redis did not answer',
  )
  expect(received).toHaveLength(6)
})

test('says how to start a runner when nobody answers', async () => {
  const { port } = await answering()
  stops.splice(0).forEach((stop) => stop())
  await expect(createFunction('stock', port, 1).ask('describe')).rejects.toThrow(
    'start the runner (npm start)',
  )
})

test('asks a function without the trigger once only', async () => {
  const { received, port } = await answering([
    200,
    { errorType: 'UnknownTriggerError', errorMessage: "of none of the function's triggers (http)" },
    { 'x-amz-function-error': 'Unhandled' },
  ])
  await expect(createFunction('audit', port, 1).ask('describe')).rejects.toThrow(UnknownTriggerError)
  expect(received).toHaveLength(1)
})
