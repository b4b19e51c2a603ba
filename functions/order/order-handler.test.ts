import { expect, test } from 'vitest'
import { AppError } from '../../shared/errors.ts'
import { PUBLISH_LEASE_MS } from '../../shared/orders/constants.ts'
import { type OrderEvent, parseOrderEvent } from '../../shared/orders/order-event.ts'
import { callHttp } from '../../shared/testing/call-http.ts'
import { testContext } from '../../shared/testing/context.ts'
import { recordingLog } from '../../shared/testing/recording-log.ts'
import { createMemoryOrderDeps } from './order-deps.memory.ts'
import { createOrderHandler } from './order-handler.ts'
import { fingerprint, parseOrderRequest } from './place/order-request.ts'

const catalogue = {
  tea: { priceMinor: 450, currency: 'EUR', available: 5 },
  pot: { priceMinor: 2000, currency: 'EUR', available: 1 },
  sake: { priceMinor: 3000, currency: 'JPY', available: 9 },
  yacht: { priceMinor: 10 ** 13, currency: 'EUR', available: 10 ** 6 },
}

const order = { customerId: 'c-1', lines: [{ sku: 'tea', quantity: 2 }] }
const keyed = { 'idempotency-key': 'k-1' }
const unavailable = new AppError('unavailable', 'kafka_unavailable', 'away')

function setup() {
  let nowMs = Date.UTC(2026, 10, 24, 15)
  const sent: OrderEvent[] = []
  const begun: string[] = []
  const refused = new Set<string>()
  const kafka = { up: true, refused }
  const stores = createMemoryOrderDeps(catalogue, () => nowMs)
  const { log, entries } = recordingLog()
  const deps = {
    ...stores,
    orders: {
      ...stores.orders,
      begin: (orderId, ...rest) => {
        begun.push(orderId)
        return stores.orders.begin(orderId, ...rest)
      },
    },
    send: async (event) => {
      if (!kafka.up || refused.has(event.orderId)) throw unavailable
      sent.push(event)
    },
    log,
  } satisfies Parameters<typeof createOrderHandler>[0]
  const handler = createOrderHandler(deps)
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    postText(JSON.stringify(body), { 'content-type': 'application/json', ...headers })
  const postText = (body: string, headers: Record<string, string>, isBase64Encoded = false) =>
    callHttp(handler, { method: 'POST', path: '/orders', headers, body, isBase64Encoded })
  const get = (orderId: string) => callHttp(handler, { method: 'GET', path: `/orders/${orderId}` })
  const relay = () => handler({ source: 'aws.events', 'detail-type': 'Scheduled Event' }, testContext(60_000))
  const pass = (ms: number) => void (nowMs += ms)
  return { deps, handler, holds: stores.holds, kafka, sent, begun, entries, post, postText, get, relay, pass }
}

/** The members of the answer that a test is about. */
const idOf = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'orderId' in body ? String(body.orderId) : ''

test('answers 201 with the priced order when Kafka has its event', async () => {
  const { post, sent, holds } = setup()
  const { status, headers, body } = await post(order, keyed)
  const orderId = idOf(body)
  expect(status).toBe(201)
  expect(headers).toEqual({ 'content-type': 'application/json', location: `/orders/${orderId}` })
  expect(body).toEqual({
    orderId,
    status: 'ACCEPTED',
    customerId: 'c-1',
    email: 'c-1@example.test',
    lines: [{ sku: 'tea', quantity: 2, unitPriceMinor: 450 }],
    currency: 'EUR',
    totalMinor: 900,
    placedAt: '2026-11-24T15:00:00.000Z',
  })
  expect(sent).toEqual([
    expect.objectContaining({ eventId: `${orderId}:1`, sequence: 1, type: 'com.example.order.placed.v1' }),
  ])
  expect(holds.available()).toMatchObject({ tea: 3 })
})

test('answers 202 when Kafka is away, and the replay is 202 too until the relay has published', async () => {
  const { post, kafka, relay, pass, sent } = setup()
  kafka.up = false
  const first = await post(order, keyed)
  expect(first).toMatchObject({
    status: 202,
    headers: { 'retry-after': '1' },
    body: { eventPublished: false },
  })
  expect((await post(order, keyed)).status).toBe(202)
  kafka.up = true
  pass(PUBLISH_LEASE_MS)
  await relay()
  expect(sent).toHaveLength(1)
  expect((await post(order, keyed)).status).toBe(201)
})

test('answers a repeated request as the first, holding and publishing nothing more', async () => {
  const { post, sent, holds } = setup()
  const first = await post(order, keyed)
  const again = await post({ lines: order.lines, customerId: 'c-1' }, { 'idempotency-key': '"k-1"' })
  expect(again).toEqual({ ...first, headers: { ...first.headers, 'idempotent-replayed': 'true' } })
  // The members in the same order too: the same bytes.
  expect(JSON.stringify(again.body)).toBe(JSON.stringify(first.body))
  expect(sent).toHaveLength(1)
  expect(holds.available()).toMatchObject({ tea: 3 })
})

test('answers a repeated request as the first after a price change, also when the old total was sent', async () => {
  const { post, holds } = setup()
  const withTotal = { ...order, totalMinor: 900 }
  const first = await post(withTotal, keyed)
  holds.setPrice('tea', 999)
  expect(await post(withTotal, keyed)).toMatchObject({ status: 201, body: first.body })
  expect((await post(withTotal, { 'idempotency-key': 'k-2' })).status).toBe(422)
})

test('the same key of another customer is another order', async () => {
  const { post } = setup()
  const one = await post(order, keyed)
  const other = await post({ ...order, customerId: 'c-2' }, keyed)
  expect(other.status).toBe(201)
  expect(idOf(other.body)).not.toBe(idOf(one.body))
})

test('without a key each request is a new order, and the answer says so', async () => {
  const { post } = setup()
  const [one, other] = [await post(order), await post(order)]
  expect(one.headers['duplicate-detection']).toMatch(/^off/)
  expect(idOf(other.body)).not.toBe(idOf(one.body))
})

test("a client's own order id detects duplicates as a key does", async () => {
  const { post, sent } = setup()
  const own = { ...order, orderId: 'my-order' }
  const one = await post(own)
  expect(one).toMatchObject({ status: 201, body: { orderId: 'my-order' } })
  expect(one.headers['duplicate-detection']).toBeUndefined()
  expect((await post(own)).headers['idempotent-replayed']).toBe('true')
  expect(sent).toHaveLength(1)
})

test('answers 422 when the key belongs to another body, and leaves the order as it is', async () => {
  const { post, get, holds } = setup()
  const first = await post(order, keyed)
  const other = await post({ ...order, lines: [{ sku: 'tea', quantity: 1 }] }, keyed)
  expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused', retryable: false } })
  expect((await get(idOf(first.body))).body).toEqual(first.body)
  expect(holds.available()).toMatchObject({ tea: 3 })
})

test('answers 409 out_of_stock with the short lines, holds nothing, and says the same again', async () => {
  const { post, holds, sent } = setup()
  const wanted = {
    ...order,
    lines: [
      { sku: 'tea', quantity: 6 },
      { sku: 'pot', quantity: 1 },
    ],
  }
  const lines = [{ sku: 'tea', requested: 6, available: 5 }]
  expect(await post(wanted, keyed)).toMatchObject({ status: 409, body: { code: 'out_of_stock', lines } })
  expect(holds.available()).toMatchObject({ tea: 5, pot: 1 })
  const again = await post(wanted, keyed)
  expect(again).toMatchObject({ status: 409, body: { code: 'out_of_stock', lines } })
  expect(again.headers['idempotent-replayed']).toBe('true')
  expect(sent).toEqual([])
})

test('names every short line at once', async () => {
  const { post } = setup()
  const lines = [
    { sku: 'tea', quantity: 6 },
    { sku: 'pot', quantity: 2 },
  ]
  expect((await post({ ...order, lines }, keyed)).body).toMatchObject({
    lines: [
      { sku: 'pot', requested: 2, available: 1 },
      { sku: 'tea', requested: 6, available: 5 },
    ],
  })
})

test('answers 409 with the rest of the lease while the same request still runs', async () => {
  const { post, deps, pass } = setup()
  const own = { ...order, orderId: 'my-order' }
  const priced = { customerId: 'c-1', email: 'c-1@example.test', lines: [], currency: 'EUR', totalMinor: 0 }
  await deps.orders.begin('my-order', fingerprint(parseOrderRequest(own)), priced)
  pass(3500)
  expect(await post(own)).toMatchObject({
    status: 409,
    headers: { 'retry-after': '7' },
    body: { code: 'request_in_progress', retryable: true },
  })
})

test('an attempt that lost its lease while reserving answers 503 and touches nothing of the newer one', async () => {
  const { deps, pass, sent, holds } = setup()
  const own = { ...order, orderId: 'my-order' }
  const print = fingerprint(parseOrderRequest(own))
  const handler = createOrderHandler({
    ...deps,
    holds: {
      ...deps.holds,
      reserve: async (holder, sku, quantity) => {
        const reserved = await deps.holds.reserve(holder, sku, quantity)
        pass(60_000)
        const taken = await deps.orders.begin('my-order', print, {
          customerId: '',
          email: '',
          lines: [],
          currency: '',
          totalMinor: 0,
        })
        expect(taken).toMatchObject({ outcome: 'NEW', attempt: 2 })
        return reserved
      },
    },
  })
  const headers = { 'content-type': 'application/json' }
  const call = { method: 'POST', path: '/orders', headers, body: JSON.stringify(own) }
  expect(await callHttp(handler, call)).toMatchObject({
    status: 503,
    headers: { 'retry-after': '1' },
    body: { code: 'order_unsettled', retryable: true },
  })
  expect(sent).toEqual([])
  expect(holds.available()).toMatchObject({ tea: 3 })
})

test('an attempt that lost its lease before it was short leaves the stock to the newer one', async () => {
  const { deps, pass, holds } = setup()
  const own = {
    ...order,
    orderId: 'my-order',
    lines: [
      { sku: 'pot', quantity: 1 },
      { sku: 'tea', quantity: 4 },
    ],
  }
  const other = { orderId: 'other', attempt: 1, placedAt: '2026-11-24T15:00:00.000Z' }
  const print = fingerprint(parseOrderRequest(own))
  const priced = { customerId: '', email: '', lines: [], currency: '', totalMinor: 0 }
  const handler = createOrderHandler({
    ...deps,
    holds: {
      ...deps.holds,
      reserve: async (holder, sku, quantity) => {
        // Between the look-up and this order's turn.
        await deps.holds.reserve(other, 'tea', 3)
        const reserved = await deps.holds.reserve(holder, sku, quantity)
        pass(60_000)
        await deps.orders.begin('my-order', print, priced)
        return reserved
      },
    },
  })
  const headers = { 'content-type': 'application/json' }
  const call = { method: 'POST', path: '/orders', headers, body: JSON.stringify(own) }
  expect(await callHttp(handler, call)).toMatchObject({ status: 503, body: { code: 'order_unsettled' } })
  expect(holds.available()).toMatchObject({ pot: 0, tea: 2 })
  expect(await deps.orders.find('my-order')).toMatchObject({ order: { status: 'RESERVING' } })
})

test('a takeover goes on with the prices of the first attempt', async () => {
  const { post, deps, pass, holds } = setup()
  const own = { ...order, orderId: 'my-order' }
  const first = { ...order, email: 'c-1@example.test', currency: 'EUR', totalMinor: 900 }
  const lines = [{ sku: 'tea', quantity: 2, unitPriceMinor: 450 }]
  await deps.orders.begin('my-order', fingerprint(parseOrderRequest(own)), { ...first, lines })
  pass(60_000)
  holds.setPrice('tea', 999)
  expect(await post(own)).toMatchObject({ status: 201, body: { totalMinor: 900, lines } })
})

test('answers 503 with Retry-After when Redis is away', async () => {
  const { deps } = setup()
  const away = new AppError('unavailable', 'redis_unavailable', 'away', { headers: { 'retry-after': '1' } })
  const handler = createOrderHandler({
    ...deps,
    orders: { ...deps.orders, begin: () => Promise.reject(away) },
  })
  const headers = { 'content-type': 'application/json' }
  const call = { method: 'POST', path: '/orders', headers, body: JSON.stringify(order) }
  expect(await callHttp(handler, call)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
})

const lineOf = (line: unknown) => JSON.stringify({ ...order, lines: [line] })
const withField = (name: string, value: unknown) =>
  JSON.stringify({ ...order }).replace(/}$/, `,"${name}":${JSON.stringify(value)}}`)

test.each<[string, string, number, string]>([
  ['malformed JSON', '{"customerId":', 400, 'malformed_json'],
  ['an empty body', '', 400, 'malformed_json'],
  ['null', 'null', 422, 'validation_failed'],
  ['a list', '[]', 422, 'validation_failed'],
  [
    'an address past 254 characters',
    withField('email', `${'x'.repeat(242)}@example.test`),
    422,
    'validation_failed',
  ],
  ['a body past 64 KiB', JSON.stringify({ ...order, customerId: 'x'.repeat(65_536) }), 413, 'body_too_large'],
  [
    '10,000 lines',
    lineOf({ sku: 'tea', quantity: 1 }).replace('[', `[${'{"sku":"a","quantity":1},'.repeat(10_000)}`),
    413,
    'body_too_large',
  ],
  [
    '101 lines',
    JSON.stringify({
      ...order,
      lines: Array.from({ length: 101 }, (_, at) => ({ sku: `s${at}`, quantity: 1 })),
    }),
    422,
    'validation_failed',
  ],
  ['no lines', JSON.stringify({ ...order, lines: [] }), 422, 'validation_failed'],
  ['an unknown SKU', lineOf({ sku: 'no-such', quantity: 1 }), 422, 'unknown_sku'],
  ['quantity 0', lineOf({ sku: 'tea', quantity: 0 }), 422, 'validation_failed'],
  ['quantity -1', lineOf({ sku: 'tea', quantity: -1 }), 422, 'validation_failed'],
  ['quantity 1.5', lineOf({ sku: 'tea', quantity: 1.5 }), 422, 'validation_failed'],
  ['quantity 1e9', lineOf({ sku: 'tea', quantity: 1e9 }), 422, 'validation_failed'],
  ['quantity as text', lineOf({ sku: 'tea', quantity: '2' }), 422, 'validation_failed'],
  [
    'a SKU in two lines',
    JSON.stringify({ ...order, lines: [...order.lines, ...order.lines] }),
    422,
    'validation_failed',
  ],
  ['a price of the client', lineOf({ sku: 'tea', quantity: 1, unitPriceMinor: 1 }), 422, 'validation_failed'],
  ['__proto__ as a field', withField('__proto__', { customerId: 'c-2' }), 422, 'validation_failed'],
  ['__proto__ as a SKU', lineOf({ sku: '__proto__', quantity: 1 }), 422, 'validation_failed'],
  ['__proto__ as the customer', withField('customerId', '__proto__'), 422, 'validation_failed'],
  ['__proto__ as the order id', withField('orderId', '__proto__'), 422, 'validation_failed'],
  ['constructor as a SKU', lineOf({ sku: 'constructor', quantity: 1 }), 422, 'unknown_sku'],
  ['a colon in the order id', withField('orderId', 'o-1:2'), 422, 'validation_failed'],
  ['braces in a SKU', lineOf({ sku: 'tea}{x', quantity: 1 }), 422, 'validation_failed'],
  ['a line break in the customer', withField('customerId', 'c-1\n'), 422, 'validation_failed'],
  ['a total that disagrees', withField('totalMinor', 901), 422, 'validation_failed'],
  ['a currency that disagrees', withField('currency', 'USD'), 422, 'validation_failed'],
  [
    'two currencies',
    JSON.stringify({ ...order, lines: [...order.lines, { sku: 'sake', quantity: 1 }] }),
    422,
    'validation_failed',
  ],
  ['a total past 2^53', lineOf({ sku: 'yacht', quantity: 10_000 }), 422, 'validation_failed'],
])('refuses %s and stores nothing', async (_what, body, status, code) => {
  const { postText, begun, holds, sent } = setup()
  const answer = await postText(body, { 'content-type': 'application/json', ...keyed })
  expect(answer).toMatchObject({ status, body: { code, status, retryable: false } })
  expect(answer.headers['content-type']).toBe('application/problem+json')
  expect(begun).toEqual([])
  expect(sent).toEqual([])
  expect(holds.available()).toEqual({ tea: 5, pot: 1, sake: 9, yacht: 10 ** 6 })
})

test.each(['text/plain', 'application/jsonp', ''])('refuses content type "%s"', async (contentType) => {
  const { postText, begun } = setup()
  expect(await postText(JSON.stringify(order), { 'content-type': contentType })).toMatchObject({
    status: 415,
    headers: { 'accept-post': 'application/json' },
    body: { code: 'unsupported_media_type' },
  })
  expect(begun).toEqual([])
})

test.each(['k'.repeat(300), '""', '', 'käse', 'a\tb'])('refuses the key "%s"', async (key) => {
  const { post, begun } = setup()
  expect(await post(order, { 'idempotency-key': key })).toMatchObject({
    status: 400,
    body: { code: 'idempotency_key_invalid' },
  })
  expect(begun).toEqual([])
})

test('takes a key of 255 characters', async () => {
  expect((await setup().post(order, { 'idempotency-key': 'k'.repeat(255) })).status).toBe(201)
})

test('takes a base64 body as HTTP APIs send it, and refuses one that is not JSON inside', async () => {
  const { postText } = setup()
  const headers = { 'content-type': 'application/json; charset=utf-8' }
  const encoded = Buffer.from(JSON.stringify(order)).toString('base64')
  expect((await postText(encoded, headers, true)).status).toBe(201)
  expect(await postText('AAAA', headers, true)).toMatchObject({
    status: 400,
    body: { code: 'malformed_json' },
  })
})

test('points at every place that is wrong', async () => {
  const body = { ...order, lines: [{ sku: 'tea', quantity: 0 }, { sku: 'a/b' }] }
  expect((await setup().post(body)).body).toMatchObject({
    errors: [{ pointer: '/lines/0/quantity' }, { pointer: '/lines/1/sku' }, { pointer: '/lines/1/quantity' }],
  })
})

test('a body with far too many lines is refused with one short problem, not one for each', async () => {
  const { body } = await setup().postText(`{"customerId":"c","lines":[${'0,'.repeat(30_000)}0]}`, {
    'content-type': 'application/json',
  })
  expect(body).toMatchObject({ code: 'validation_failed' })
  expect(JSON.stringify(body).length).toBeLessThan(10_000)
})

test.each(['c-1', 'a..b', 'c.', 'c:1@x', 'a.:.b'])(
  'an order of customer %s without an address has an event that every reader takes',
  async (customerId) => {
    const { post, sent } = setup()
    expect((await post({ ...order, customerId })).status).toBe(201)
    expect(() => parseOrderEvent(sent[0])).not.toThrow()
  },
)

test('GET answers the order with its version as ETag, or 404', async () => {
  const { post, get } = setup()
  const placed = await post(order, keyed)
  const found = await get(idOf(placed.body))
  expect(found).toMatchObject({ status: 200, body: placed.body })
  expect(found.headers.etag).toBe('"1"')
  expect(await get('no-such')).toMatchObject({ status: 404, body: { code: 'order_not_found' } })
})

test('the relay leaves the events in the outbox while Kafka is away', async () => {
  const { post, kafka, relay, pass, sent } = setup()
  kafka.up = false
  await post(order, keyed)
  pass(PUBLISH_LEASE_MS)
  expect(await relay()).toMatchObject({ relayed: 0 })
  kafka.up = true
  expect(await relay()).toMatchObject({ relayed: 0 })
  pass(PUBLISH_LEASE_MS)
  expect(await relay()).toMatchObject({ relayed: 1 })
  pass(PUBLISH_LEASE_MS)
  expect(await relay()).toMatchObject({ relayed: 0 })
  expect(sent).toHaveLength(1)
})

test("the relay publishes the other orders' events when one order's cannot be", async () => {
  const { post, kafka, relay, pass, sent, entries } = setup()
  kafka.up = false
  await post({ ...order, orderId: 'bad' })
  await post({ ...order, orderId: 'good' })
  kafka.up = true
  kafka.refused.add('bad')
  pass(PUBLISH_LEASE_MS)
  expect(await relay()).toMatchObject({ relayed: 1 })
  expect(sent.map(({ orderId }) => orderId)).toEqual(['good'])
  expect(entries.at(-1)).toMatchObject({ level: 'warn', fields: { orderId: 'bad' } })
})

test('an event of no known trigger is refused', async () => {
  await expect(setup().handler({ Records: [] }, testContext())).rejects.toThrow(/http, schedule/)
})
