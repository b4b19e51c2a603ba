import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { askRunner } from './ask-runner.ts'

async function serverThat(answers: RequestListener): Promise<string> {
  const server = createServer(answers).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const item = {
  functionName: 'stock',
  consumerGroupId: 'g',
  status: 'polling',
  recordsFetched: 1,
  recordsFiltered: 0,
  partitions: [],
}

test("the runner's servers and mappings", async () => {
  const url = await serverThat((_, response) =>
    response.end(JSON.stringify({ kafkaBrokers: ['a:1'], redisUrl: 'redis://a', items: [item] })),
  )
  const answer = await askRunner(url)
  expect(answer).toMatchObject({ kind: 'running', report: { kafkaBrokers: ['a:1'], redisUrl: 'redis://a' } })
  if (answer.kind !== 'running') return
  expect(answer.report.findLive('stock', 'g')).toMatchObject({ status: 'polling' })
  expect(answer.report.findLive('stock', 'other')).toBeUndefined()
})

test.for([
  ['says nothing', () => undefined, 'no answer in 3 s'],
  ['begins an answer and stops', (_request, response) => response.write('{'), 'no answer in 3 s'],
  ['never ends', (_request, response) => void endless(response), 'longer than'],
  ['is no runner', (_request, response) => response.end('{}'), 'not as a runner does'],
  ['speaks no JSON', (_request, response) => response.end('<html>'), 'JSON'],
] as const satisfies readonly (readonly [string, RequestListener, string])[])(
  'a server that %s is told from none',
  async ([, answers, why]) => {
    expect(await askRunner(await serverThat(answers))).toEqual({
      kind: 'silent',
      why: expect.stringContaining(why) as unknown,
    })
  },
)

async function endless(response: Parameters<RequestListener>[1]): Promise<void> {
  while (!response.destroyed) {
    if (!response.write(' '.repeat(1_000_000)))
      await Promise.race([once(response, 'drain'), once(response, 'close')])
  }
}

test('nobody on the port is no runner', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  expect(await askRunner(`http://127.0.0.1:${port}`)).toEqual({ kind: 'none' })
})
