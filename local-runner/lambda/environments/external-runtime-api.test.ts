import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { createExternalRuntimeApi } from './external-runtime-api.ts'

const message = (requestId: string) => ({
  requestId,
  payload: JSON.stringify(requestId),
  deadlineEpochMs: 0,
  traceId: 'Root=1-1-1',
  invokedFunctionArn: 'arn',
  clientContext: undefined,
  tenantId: undefined,
  onChunk: undefined,
})

async function published() {
  const lines: unknown[] = []
  const api = createExternalRuntimeApi({
    functionName: 'tried',
    multiConcurrent: false,
    record: (event) => event.name === 'log' && lines.push(event.line),
  })
  const port = await api.listen(0, '127.0.0.1')
  onTestFinished(api.stop)
  /** A runtime with one connection of its own; rejects when that is closed on it. */
  const runtime = () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    onTestFinished(() => agent.destroy())
    const call = (method: string, path: string) =>
      new Promise<{ readonly status: number | undefined; readonly body: string }>((resolve, reject) => {
        request({ port, agent, method, path: `/2018-06-01/runtime/invocation/${path}` })
          .on('response', (response) => {
            text(response).then((body) => resolve({ status: response.statusCode, body }), reject)
          })
          .on('error', reject)
          .end()
      })
    return {
      next: () => call('GET', 'next'),
      answer: (requestId: string) => call('POST', `${requestId}/response`),
      leave: () => agent.destroy(),
    }
  }
  return { api, port, lines, runtime }
}

test('a runtime that comes before it is wanted is the environment when it is', async () => {
  const { api, runtime } = await published()
  const given = runtime().next()
  const environment = api.startEnvironment('stream')
  expect(await environment.init()).toMatchObject({ outcome: 'initialized' })
  void environment.invoke(message('r-1'))
  expect((await given).body).toBe('"r-1"')
})

test('what to start a runtime with is logged', async () => {
  const { api, port, lines } = await published()
  void api.startEnvironment('stream').init()
  expect(lines).toEqual([`The runtime is to be started with AWS_LAMBDA_RUNTIME_API=127.0.0.1:${port}`])
})

test('a runtime that waits when its environment has ended is refused', async () => {
  const { api, runtime } = await published()
  const given = runtime().next()
  const environment = api.startEnvironment('stream')
  await environment.init()
  await Promise.all([environment.terminate(), expect(given).rejects.toThrow('socket hang up')])
  expect(environment.isAlive()).toBe(false)
})

test('a runtime that answers too late is refused, and so is its next question; another one takes its place', async () => {
  const { api, runtime } = await published()
  const old = api.startEnvironment('stream')
  const given = runtime().next()
  void old.invoke(message('r-1'))
  await given
  await old.terminate()
  const environment = api.startEnvironment('stream')
  // Its connection was closed on it, so it opens another.
  const late = runtime()
  expect((await late.answer('r-1')).status).toBe(400)
  expect((await late.next()).status).toBe(403)
  const other = runtime().next()
  expect(await environment.init()).toMatchObject({ outcome: 'initialized' })
  void environment.invoke(message('r-2'))
  expect((await other).body).toBe('"r-2"')
})

test('a runtime that disconnects has ended: its caller gets an error, and the environment is not alive', async () => {
  const { api, runtime } = await published()
  const { next, leave } = runtime()
  const environment = api.startEnvironment('stream')
  const given = next()
  const result = environment.invoke(message('r-1'))
  await given
  leave()
  expect((await result).result).toMatchObject({ error: { errorType: 'Runtime.ExitError' } })
  expect(environment.isAlive()).toBe(false)
})
