import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { builtFunctions, orderReaders } from './testing/built-functions.ts'
import { startTestStack, type TestStack } from './testing/test-stack.ts'

const dist = join(import.meta.dirname, '..', 'dist')
const run = promisify(execFile)

let stack: TestStack
beforeAll(async () => {
  stack = await startTestStack('4.3.1')
})
afterAll(() => stack.stop())

const httpEvent = (method: string, routeKey: string, path: string, body?: unknown) => ({
  version: '2.0',
  routeKey,
  rawPath: path,
  rawQueryString: '',
  headers: { 'content-type': 'application/json', 'if-none-match': '*' },
  pathParameters: { sku: 'SKU-9', orderId: 'none' },
  requestContext: {
    accountId: '123456789012',
    apiId: 'api',
    domainName: 'api.execute-api.eu-central-1.amazonaws.com',
    domainPrefix: 'api',
    http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'by hand' },
    requestId: 'JCJM3j95PHcEJHg=',
    routeKey,
    stage: '$default',
    time: '24/Nov/2026:12:00:00 +0000',
    timeEpoch: 1795521600000,
  },
  isBase64Encoded: false,
  ...(body !== undefined && { body: JSON.stringify(body) }),
})

const placed = {
  schemaVersion: 1,
  eventId: 'by-hand:1',
  orderId: 'by-hand',
  attempt: 1,
  sequence: 1,
  occurredAt: '2026-11-24T12:00:00.000Z',
  placedAt: '2026-11-24T12:00:00.000Z',
  type: 'com.example.order.placed.v1',
  customerId: 'c-42',
  email: 'c-42@example.test',
  currency: 'EUR',
  totalMinor: 2,
  lines: [{ sku: 'SKU-9', quantity: 2, unitPriceMinor: 1 }],
}

const mskEvent = (value: unknown) => ({
  eventSource: 'aws:kafka',
  eventSourceArn: 'arn:aws:kafka:eu-central-1:123456789012:cluster/shop/uuid',
  bootstrapServers: 'b-1.shop:9092',
  records: {
    'order-topic-0': [
      {
        topic: 'order-topic',
        partition: 0,
        offset: 15,
        timestamp: 1545084650987,
        timestampType: 'CREATE_TIME',
        key: 'a2V5',
        value: Buffer.from(JSON.stringify(value)).toString('base64'),
        headers: [],
      },
    ],
  },
})

/** Unpacks a zip into an empty folder and calls its `handler` there, as Lambda would. */
async function invoke(name: string, event: unknown): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'bundle-'))
  try {
    for (const [file, bytes] of Object.entries(unzipSync(await readFile(join(dist, `${name}.zip`))))) {
      await writeFile(join(folder, file), bytes)
    }
    const context = `{ awsRequestId: 'by-hand', getRemainingTimeInMillis: () => 5000 }`
    await writeFile(
      join(folder, 'call.cjs'),
      `require('./index.cjs').handler(JSON.parse(process.argv[2]), ${context})
         .then((answer) => { process.stdout.write('ANSWER' + JSON.stringify(answer)); process.exit() })`,
    )
    const { stdout } = await run(process.execPath, ['call.cjs', JSON.stringify(event)], {
      cwd: folder,
      env: {
        REDIS_URL: stack.redisUrl,
        KAFKA_BROKERS: stack.kafkaBrokers.join(),
        SMTP_URL: 'smtp://127.0.0.1:1',
      },
    })
    return JSON.parse(stdout.slice(stdout.indexOf('ANSWER') + 'ANSWER'.length))
  } finally {
    await rm(folder, { recursive: true })
  }
}

const http = z.object({ statusCode: z.number(), body: z.string() })

test.each([
  ['order', httpEvent('GET', 'GET /orders/{orderId}', '/orders/none'), 404],
  [
    'stock',
    httpEvent('PUT', 'PUT /stock/{sku}', '/stock/SKU-9', {
      name: 'x',
      priceMinor: 1,
      currency: 'EUR',
      onHand: 3,
    }),
    201,
  ],
  ['notification', httpEvent('GET', 'GET /notifications', '/notifications'), 200],
  ['analytics', httpEvent('GET', 'GET /analytics/summary', '/analytics/summary'), 200],
])(
  'the zip of %s, unpacked in an empty folder, answers an API Gateway event',
  async (name, event, status) => {
    expect(http.parse(await invoke(name, event)).statusCode).toBe(status)
  },
)

test.each(builtFunctions)(
  'the zip of $name serves the routes of its function.json',
  async ({ name, triggers }) => {
    for (const routeKey of triggers.http) {
      const [method = '', path = ''] = routeKey.replace('ANY', 'GET').split(' ')
      const { body } = http.parse(await invoke(name, httpEvent(method, routeKey, path)))
      expect(body, routeKey).not.toMatch(/route_not_found|internal_error/)
    }
  },
)

test.each(orderReaders)(
  'the zip of $name skips a record of another type in an MSK event',
  async ({ name }) => {
    expect(await invoke(name, mskEvent({ type: 'com.example.other.v1' }))).toEqual({ batchItemFailures: [] })
  },
)

test('the zip of analytics counts an MSK event once, however often it comes', async () => {
  for (let delivery = 0; delivery < 2; delivery++) {
    expect(await invoke('analytics', mskEvent(placed))).toEqual({ batchItemFailures: [] })
  }
  const answer = http.parse(
    await invoke('analytics', httpEvent('GET', 'GET /analytics/summary', '/analytics/summary')),
  )
  expect(JSON.parse(answer.body)).toMatchObject({ orders: { placed: 1 }, units: 2, revenueMinor: { EUR: 2 } })
})

test('the zip of notification names the record of an MSK event that it could not send, for a retry', async () => {
  const itemIdentifier = { partition: 'order-topic-0', offset: 15 }
  expect(await invoke('notification', mskEvent(placed))).toEqual({ batchItemFailures: [{ itemIdentifier }] })
})

test('the zip of order answers a scheduled event', async () => {
  expect(await invoke('order', { source: 'aws.events', 'detail-type': 'Scheduled Event' })).toEqual({
    relayed: 0,
    swept: 0,
    nudged: 0,
  })
})
