import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { KAFKA_VERSIONS } from '../local-runner/servers/kafka-release.ts'
import { builtFunctions, orderReaders } from './testing/built-functions.ts'
import { consume, produce } from './testing/kafka-records.ts'
import { environmentOn, type RunnerProcess, startRunnerProcess } from './testing/runner-process.ts'
import { createShop, type Shop } from './testing/shop.ts'
import { startTestStack, type TestStack } from './testing/test-stack.ts'
import { waitFor } from './testing/wait-for.ts'

const sent = (items: readonly { status: string }[]) => items.filter(({ status }) => status === 'SENT').length

/** Kafka takes batches of 1,048,588 bytes; with the headers of a dead letter it would be too large for that. */
const LARGEST = 'x'.repeat(1_048_400)

const line = { sku: 'SKU-003', quantity: 1 }
const bad: readonly [string, unknown, Record<string, string>, number, string][] = [
  ['malformed JSON', '{"customerId":', {}, 400, 'malformed_json'],
  ['another content type', '{}', { 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
  ['too large a body', { customerId: 'c'.repeat(70_000), lines: [line] }, {}, 413, 'body_too_large'],
  ['an unknown SKU', { customerId: 'c-1', lines: [{ sku: 'NONE', quantity: 1 }] }, {}, 422, 'unknown_sku'],
  ['quantity 0', { customerId: 'c-1', lines: [{ ...line, quantity: 0 }] }, {}, 422, 'validation_failed'],
  [
    'a fractional quantity',
    { customerId: 'c-1', lines: [{ ...line, quantity: 1.5 }] },
    {},
    422,
    'validation_failed',
  ],
  [
    'a huge quantity',
    { customerId: 'c-1', lines: [{ ...line, quantity: 1e15 }] },
    {},
    422,
    'validation_failed',
  ],
  ['a SKU twice', { customerId: 'c-1', lines: [line, line] }, {}, 422, 'validation_failed'],
  ['10,000 lines', { customerId: 'c-1', lines: Array(10_000).fill(line) }, {}, 413, 'body_too_large'],
  ['101 lines', { customerId: 'c-1', lines: Array(101).fill(line) }, {}, 422, 'validation_failed'],
  [
    '__proto__ as a member',
    `{"customerId":"c-1","lines":[{"sku":"SKU-003","quantity":1,"__proto__":{"quantity":9}}]}`,
    {},
    422,
    'validation_failed',
  ],
  [
    '__proto__ as a SKU',
    { customerId: 'c-1', lines: [{ sku: '__proto__', quantity: 1 }] },
    {},
    422,
    'validation_failed',
  ],
  [
    'a key of 300 characters',
    { customerId: 'c-1', lines: [line] },
    { 'idempotency-key': 'k'.repeat(300) },
    400,
    'idempotency_key_invalid',
  ],
]

describe.each(KAFKA_VERSIONS)('on Kafka %s', (kafkaVersion) => {
  let stack: TestStack
  let runner: RunnerProcess
  let shop: Shop

  beforeAll(async () => {
    stack = await startTestStack(kafkaVersion)
    runner = await startRunnerProcess(environmentOn(stack))
    shop = createShop(runner)
  })

  afterAll(async () => {
    await runner.stop()
    await stack.stop()
  })

  test('an order is confirmed, its stock deducted, the customer told once per event, and everything counted', async () => {
    const before = { stock: await shop.stock('SKU-001'), summary: await shop.summary() }

    const placed = await shop.placeOrder({ customerId: 'c-42', lines: [{ sku: 'SKU-001', quantity: 2 }] })
    expect(placed.status).toBe(201)
    expect(placed.body).toMatchObject({
      status: 'ACCEPTED',
      customerId: 'c-42',
      currency: 'EUR',
      totalMinor: 998,
    })
    const orderId = String(placed.body.orderId)
    expect(placed.headers.get('location')).toBe(`/orders/${orderId}`)

    await waitFor(
      () => shop.order(orderId),
      ({ status }) => status === 'CONFIRMED',
    )
    const stock = await shop.stock('SKU-001')
    expect(stock).toMatchObject({ onHand: before.stock.onHand - 2, reserved: 0, sold: before.stock.sold + 2 })

    const items = await waitFor(
      () => shop.notifications(orderId),
      (found) => sent(found) === 2,
    )
    expect(items.map(({ eventId }) => eventId)).toEqual([`${orderId}:1`, `${orderId}:2`])
    expect(await shop.mailsTo(orderId)).toHaveLength(2)

    const summary = await waitFor(
      shop.summary,
      ({ orders }) => orders.confirmed > before.summary.orders.confirmed,
    )
    expect(summary.orders.placed).toBe(before.summary.orders.placed + 1)
    expect(summary.units).toBe(before.summary.units + 2)
    expect(summary.revenueMinor.EUR).toBe((before.summary.revenueMinor.EUR ?? 0) + 998)
  })

  test('the same request with the same key answers the same order and changes nothing', async () => {
    const request = { customerId: 'c-7', lines: [{ sku: 'SKU-002', quantity: 1 }] }
    const first = await shop.placeOrder(request, { 'idempotency-key': 'same-key' })
    await waitFor(
      () => shop.order(String(first.body.orderId)),
      ({ status }) => status === 'CONFIRMED',
    )
    const before = await shop.stock('SKU-002')

    const again = await shop.placeOrder(request, { 'idempotency-key': '"same-key"' })
    expect(again).toMatchObject({ status: 201, body: first.body })
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(await shop.stock('SKU-002')).toEqual(before)
  })

  test('ordering more than is in stock is a conflict and changes nothing', async () => {
    const before = await shop.stock('SKU-019')
    const refused = await shop.placeOrder({
      customerId: 'c-8',
      lines: [
        { sku: 'SKU-001', quantity: 1 },
        { sku: 'SKU-020', quantity: 1 },
      ],
    })
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'out_of_stock', lines: [{ sku: 'SKU-020', available: 0 }] },
    })
    expect(await shop.stock('SKU-019')).toEqual(before)
    await waitFor(
      () => shop.stock('SKU-001'),
      ({ reserved }) => reserved === 0,
    )
  })

  test.each(bad)(
    '%s is answered with a problem and nothing is stored',
    async (_what, body, headers, status, code) => {
      const before = await shop.stock('SKU-003')
      const answer = await shop.placeOrder(body, headers)
      expect(answer).toMatchObject({ status, body: { status, code } })
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      expect(await shop.stock('SKU-003')).toEqual(before)
    },
  )

  test("an unknown route or method gets HTTP API's own 404", async () => {
    expect(await shop.call(`${runner.url(8081)}/nothing`)).toMatchObject({
      status: 404,
      body: { message: 'Not Found' },
    })
    expect(await shop.call(`${runner.url(8081)}/orders`, { method: 'DELETE' })).toMatchObject({ status: 404 })
  })

  test.each(orderReaders)(
    'row 25: records that can never be handled become dead letters of $name, unknown types are skipped, and the partition moves on',
    async ({ name: service }) => {
      const key = `poison-for-${service}`
      await produce(stack.kafkaBrokers, 'order-topic', [
        { key, value: 'not JSON' },
        { key, value: null },
        { key, value: '{"type":"com.example.somebody.else.v1"}' },
        { key, value: '{}', headers: { ce_type: 'com.example.order.placed.v9' } },
      ])
      await produce(stack.kafkaBrokers, 'order-topic', [{ key, value: LARGEST }])
      const letters = await consume(stack.kafkaBrokers, `order-topic.${service}.dlq`, 4, key)
      expect(letters.map(({ value }) => value)).toEqual(['not JSON', null, '{}', LARGEST])
      expect(letters[0]?.headers).toMatchObject({ 'x-dlq-topic': 'order-topic', 'x-dlq-count': '1' })
      expect(letters[2]?.headers['x-dlq-reason']).toContain('Unknown major version')

      // Its id is the key of the records above, so its events are behind them in the same partition.
      await shop.placeOrder({ orderId: key, customerId: 'c-9', lines: [{ sku: 'SKU-006', quantity: 1 }] })
      await waitFor(
        () => shop.notifications(key),
        (items) => sent(items) === 2,
      )
    },
  )

  test('a page of another site changes nothing through 8080 or the Lambda API', async () => {
    const origin = 'https://evil.example'
    const statusOf = async (url: string) =>
      (await fetch(url, { method: 'POST', headers: { origin }, body: '{}' })).status
    expect(await statusOf(`${runner.url(8080)}/api/dead-letters/order-topic.stock.dlq/redrive`)).toBe(403)
    expect(await statusOf(`${runner.url(8081)}/2015-03-31/functions/stock/invocations`)).toBe(403)
  })

  test('every port says that it lives and is ready', async () => {
    for (const port of [8080, ...builtFunctions.map((one) => one.port)]) {
      expect((await shop.call(`${runner.url(port)}/health/live`)).status).toBe(200)
      expect((await shop.call(`${runner.url(port)}/health/ready`)).status).toBe(200)
    }
  })
})
