import { describe, expect, test } from 'vitest'
import { missingRuntimeClient } from '../local-runner/testing/runtime-client.ts'
import { startFrameworkFunction } from './testing/framework-project.ts'

// Frameworks as they are in the registry, each in a function of e2e/frameworks/.

const JSON_TYPE = { 'content-type': 'application/json' }
const ANN = { name: 'Ann' }

async function ask(url: string, init: RequestInit = {}) {
  const response = await fetch(url, init)
  const isJson = response.headers.get('content-type')?.includes('json') === true
  const body: unknown = isJson ? await response.json() : [...(await response.bytes())]
  return { status: response.status, body, cookies: response.headers.getSetCookie() }
}

/** The log of one invocation, without the lines of the platform. */
async function logTail(url: string, functionName: string) {
  const response = await fetch(`${url}/2015-03-31/functions/${functionName}/invocations`, {
    method: 'POST',
    headers: { 'x-amz-log-type': 'Tail' },
  })
  await response.text()
  const log = Buffer.from(response.headers.get('x-amz-log-result') ?? '', 'base64').toString()
  return log.split('\n').filter((line) => !/^(INIT_START|START|END|REPORT|$)/.test(line))
}

async function expectWebAnswers(url: string, greeting: string, tags: unknown) {
  expect(await ask(`${url}/users/Ann%20Lee?tag=a&tag=b`)).toEqual({
    status: 200,
    body: { greeting, name: 'Ann Lee', tags },
    cookies: [],
  })
  expect(
    await ask(`${url}/users`, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(ANN) }),
  ).toEqual({ status: 201, body: { greeting, user: ANN }, cookies: ['a=1; Path=/', 'b=2; Path=/'] })
  expect(await ask(`${url}/image`)).toEqual({ status: 200, body: [0, 255, 128], cookies: [] })
  expect(await ask(`${url}/nowhere`)).toMatchObject({ status: 404 })
}

async function expectTrpcAnswers(url: string, greeting: string) {
  const input = encodeURIComponent(JSON.stringify(ANN))
  expect(await ask(`${url}/user?input=${input}`)).toMatchObject({
    status: 200,
    body: { result: { data: { greeting, ...ANN } } },
  })
  expect(
    await ask(`${url}/add`, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(ANN) }),
  ).toMatchObject({ status: 200, body: { result: { data: { greeting, user: ANN } } } })
  expect(await ask(`${url}/nowhere`)).toMatchObject({ status: 404 })
}

async function expectPinoLine(url: string, greeting: string) {
  expect(await ask(url)).toMatchObject({ status: 200, body: { greeting } })
  expect(await logTail(url, 'pino')).toEqual([JSON.stringify({ level: 30, greeting, msg: 'asked' })])
}

async function expectMetricsLine(url: string, greeting: string) {
  expect(await ask(url)).toMatchObject({ status: 200, body: { greeting } })
  const lines = await logTail(url, 'metrics')
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({ service: greeting, asked: 1 }),
  ])
}

const frameworks = [
  ['hono', (url: string, greeting: string) => expectWebAnswers(url, greeting, ['a', 'b'])],
  ['express', (url: string, greeting: string) => expectWebAnswers(url, greeting, ['a', 'b'])],
  ['fastify', (url: string, greeting: string) => expectWebAnswers(url, greeting, ['a', 'b'])],
  ['powertools', (url: string, greeting: string) => expectWebAnswers(url, greeting, ['a', 'b'])],
  ['middy', (url: string, greeting: string) => expectWebAnswers(url, greeting, ['a', 'b'])],
  ['trpc', expectTrpcAnswers],
  ['pino', expectPinoLine],
  ['metrics', expectMetricsLine],
] as const

const kinds = [
  { kind: 'worker', missing: undefined },
  { kind: 'process', missing: missingRuntimeClient },
] as const

describe.each(kinds)('in $kind', ({ kind, missing }) => {
  if (missing !== undefined) {
    test.runIf(process.env.CI)('can be tried', () => expect.fail(missing))
    test.skip(`is not tried: ${missing}`)
    return
  }

  test.each(frameworks)('a function with %s answers before and after a save', async (name, expectAnswers) => {
    const { url, save } = await startFrameworkFunction(name, kind)
    await expectAnswers(url, 'hello')
    save('greeting.ts', "export const greeting = 'welcome'\n")
    await expectAnswers(url, 'welcome')
  })
})
