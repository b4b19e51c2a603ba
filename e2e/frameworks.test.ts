import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { unzipSync } from 'fflate'
import { describe, expect, onTestFinished, test } from 'vitest'
import { missingRuntimeClient } from '../local-runner/testing/runtime-client.ts'
import { startFrameworkFunction } from './testing/framework-project.ts'

// Frameworks as they are in the registry, assets, and a package with native code: each in a function of e2e/frameworks/.

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

async function expectWebAnswers(url: string, greeting: string) {
  expect(await ask(`${url}/users/Ann%20Lee?tag=a&tag=b`)).toEqual({
    status: 200,
    body: { greeting, name: 'Ann Lee', tags: ['a', 'b'] },
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

async function expectAssets(url: string, greeting: string) {
  expect(await ask(url)).toMatchObject({
    status: 200,
    body: { page: `<p>${greeting}</p>\n`, firstBytes: [0x89, 0x50, 0x4e, 0x47] },
  })
}

async function expectChecksum(url: string, greeting: string) {
  expect(await ask(url)).toMatchObject({ status: 200, body: { greeting, checksum: crc32(greeting) } })
}

const functions = [
  { name: 'hono', expectAnswers: expectWebAnswers },
  { name: 'express', expectAnswers: expectWebAnswers },
  { name: 'fastify', expectAnswers: expectWebAnswers },
  { name: 'powertools', expectAnswers: expectWebAnswers },
  { name: 'middy', expectAnswers: expectWebAnswers },
  { name: 'trpc', expectAnswers: expectTrpcAnswers },
  { name: 'pino', expectAnswers: expectPinoLine },
  { name: 'metrics', expectAnswers: expectMetricsLine },
  { name: 'assets', expectAnswers: expectAssets, saved: 'page.html' },
  { name: 'native', expectAnswers: expectChecksum },
]

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

  test.each(functions)(
    'the function $name answers before and after a save',
    async ({ name, expectAnswers, saved = 'greeting.ts' }) => {
      const { url, save } = await startFrameworkFunction(name, kind)
      await expectAnswers(url, 'hello')
      save(saved)
      await expectAnswers(url, 'welcome')
    },
  )
})

test('the zip of a function with native code, unpacked in an empty folder, answers in plain Node', async () => {
  const { root } = await startFrameworkFunction('native', 'worker')
  const folder = mkdtempSync(join(tmpdir(), 'zip-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(join(root, 'dist/native.zip'))))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), bytes)
  }
  const code = "require('./index.cjs').handler().then((answer) => console.log(JSON.stringify(answer)))"
  const answer = execFileSync(process.execPath, ['-e', code], { cwd: folder }).toString()
  expect(JSON.parse(answer)).toEqual({ greeting: 'hello', checksum: crc32('hello') })
})
