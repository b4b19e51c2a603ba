import { expect, test } from 'vitest'
import * as z from 'zod'
import { AppError } from '../../shared/errors.ts'
import { LEASE_MS, PUBLISH_LEASE_MS, WATCH_MS } from '../../shared/orders/constants.ts'
import { CANCELLED, type OrderEvent, PLACED } from '../../shared/orders/order-event.ts'
import { callHttp } from '../../shared/testing/call-http.ts'
import { testContext } from '../../shared/testing/context.ts'
import { recordingLog } from '../../shared/testing/recording-log.ts'
import { createMemoryOrderDeps } from './order-deps.memory.ts'
import { createOrderHandler } from './order-handler.ts'
import { toStoredEvent } from './orders/order.ts'
import { rememberSoldOut } from './place/remember-sold-out.ts'

const DAY_MS = 24 * 3_600_000
const catalogue = {
  tea: { priceMinor: 450, currency: 'EUR', available: 500 },
  pot: { priceMinor: 2000, currency: 'EUR', available: 1 },
}
const order = (orderId: string, sku = 'tea', customerId = 'c-1') => ({
  orderId,
  customerId,
  lines: [{ sku, quantity: 1 }],
})
const list = z.object({ items: z.array(z.looseObject({ orderId: z.string() })) })

function setup(acceptMode: 'outbox' | 'kafka-ack' = 'outbox') {
  let nowMs = Date.UTC(2026, 10, 24, 15)
  const sent: OrderEvent[] = []
  const kafka = { up: true }
  const stores = createMemoryOrderDeps(catalogue, () => nowMs)
  const asked: (readonly string[])[] = []
  const lookUp = rememberSoldOut(
    (skus) => {
      asked.push(skus)
      return stores.holds.lookUp(skus)
    },
    () => nowMs,
  )
  const { log, entries } = recordingLog()
  const deps = {
    ...stores,
    acceptMode,
    holds: { ...stores.holds, lookUp },
    send: async (event: OrderEvent) => {
      if (!kafka.up) throw new AppError('unavailable', 'kafka_unavailable', 'away')
      sent.push(event)
    },
    log,
  }
  const handler = createOrderHandler(deps)
  const ofOrder = (method: string, action: string) => (orderId: string) =>
    callHttp(handler, { method, path: `/orders/${orderId}${action}` })
  return {
    deps,
    stores,
    kafka,
    sent,
    asked,
    entries,
    post: (body: unknown) =>
      callHttp(handler, {
        method: 'POST',
        path: '/orders',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    get: ofOrder('GET', ''),
    cancel: ofOrder('POST', '/cancel'),
    events: ofOrder('GET', '/events'),
    listOf: (query: Record<string, string>) => callHttp(handler, { method: 'GET', path: '/orders', query }),
    schedule: () => handler({ source: 'aws.events', 'detail-type': 'Scheduled Event' }, testContext(60_000)),
    pass: (ms: number) => void (nowMs += ms),
  }
}
type Setup = ReturnType<typeof setup>

/** Leaves an order as a request does that dies after its first step. */
const beginOnly = ({ deps }: Setup, orderId: string) =>
  deps.orders.begin(orderId, 'f', {
    customerId: 'c-1',
    email: 'c-1@example.test',
    lines: [{ sku: 'tea', quantity: 1, unitPriceMinor: 450 }],
    currency: 'EUR',
    totalMinor: 450,
  })

test('cancels an accepted order with an event, and answers the same when asked again', async () => {
  const { post, cancel, get, sent } = setup()
  const placed = await post(order('o-1'))
  const cancelled = await cancel('o-1')
  expect(cancelled).toMatchObject({ status: 200, headers: { etag: '"2"' } })
  expect(cancelled.body).toEqual({ ...Object(placed.body), status: 'CANCELLED' })
  expect(sent.at(-1)).toMatchObject({
    type: CANCELLED,
    eventId: 'o-1:2',
    sequence: 2,
    attempt: 1,
    reason: 'customer',
    placedAt: '2026-11-24T15:00:00.000Z',
    lines: [{ sku: 'tea', quantity: 1, unitPriceMinor: 450 }],
  })
  expect(await cancel('o-1')).toEqual(cancelled)
  expect((await get('o-1')).body).toEqual(cancelled.body)
  expect(sent).toHaveLength(2)
})

test('a cancellation is published behind the events before it, also by the relay', async () => {
  const { post, cancel, kafka, sent, schedule, pass } = setup()
  kafka.up = false
  expect((await post(order('o-1'))).status).toBe(202)
  expect((await cancel('o-1')).status).toBe(200)
  await post(order('o-2'))
  kafka.up = true
  expect((await cancel('o-2')).status).toBe(200)
  expect(sent.map(({ eventId }) => eventId)).toEqual(['o-2:1', 'o-2:2'])
  pass(PUBLISH_LEASE_MS)
  await schedule()
  expect(sent.map(({ eventId }) => eventId)).toEqual(['o-2:1', 'o-2:2', 'o-1:1', 'o-1:2'])
})

test('what cannot be cancelled says why', async () => {
  const it = setup()
  expect(await it.cancel('o-1')).toMatchObject({ status: 404, body: { code: 'order_not_found' } })

  await beginOnly(it, 'o-1')
  expect(await it.cancel('o-1')).toMatchObject({
    status: 409,
    headers: { 'retry-after': '1' },
    body: { code: 'request_in_progress', retryable: true },
  })
  it.pass(LEASE_MS)
  await it.schedule()
  const refused = { status: 409, body: { code: 'order_not_cancellable', retryable: false } }
  expect(await it.cancel('o-1')).toMatchObject({ ...refused, body: { currentStatus: 'ABORTED' } })

  await it.post(order('first', 'pot'))
  await it.post(order('o-2', 'pot'))
  expect(await it.cancel('o-2')).toMatchObject({ ...refused, body: { currentStatus: 'REJECTED' } })
  expect(it.sent.map(({ eventId }) => eventId)).toEqual(['first:1'])
})

test('an order can be cancelled for fourteen days, while its ledger is sure to be there', async () => {
  const { post, cancel, pass } = setup()
  await post(order('o-1'))
  await post(order('o-2'))
  pass(14 * DAY_MS)
  expect((await cancel('o-1')).status).toBe(200)
  pass(1)
  expect(await cancel('o-2')).toMatchObject({ status: 409, body: { currentStatus: 'ACCEPTED' } })
  expect((await cancel('o-1')).status).toBe(200)
})

test('an attempt that changes while the order is being cancelled is never named by the event', async () => {
  const it = setup()
  await beginOnly(it, 'o-1')
  it.pass(LEASE_MS)
  const handler = createOrderHandler({
    ...it.deps,
    refusals: {
      ...it.deps.refusals,
      reasons: async () => {
        // After this cancellation has read the order, another attempt is accepted.
        await beginOnly(it, 'o-1')
        const { order: found, attempt } =
          (await it.deps.orders.find('o-1')) ?? expect.fail('the order is not there')
        const what = { type: PLACED, occurredAt: found.placedAt } as const
        expect(await it.deps.orders.accept(2, '{}', toStoredEvent(found, attempt, what))).toBe('OK')
        return it.stores.refusals.reasons()
      },
    },
  })
  const call = { method: 'POST', path: '/orders/o-1/cancel' }
  expect(await callHttp(handler, call)).toMatchObject({ status: 409 })
  expect((await it.get('o-1')).body).toMatchObject({ status: 'ACCEPTED' })
  expect(await it.cancel('o-1')).toMatchObject({ status: 200 })
  expect(it.sent.at(-1)).toMatchObject({ type: CANCELLED, attempt: 2 })
})

test('the events of an order are shown in sequence, before Kafka has them, without what is internal', async () => {
  const { post, cancel, events, kafka } = setup()
  expect(await events('o-1')).toMatchObject({ status: 404, body: { code: 'order_not_found' } })
  kafka.up = false
  await post(order('o-1'))
  await cancel('o-1')
  const answer = await events('o-1')
  expect(answer).toMatchObject({
    status: 200,
    body: {
      items: [
        { eventId: 'o-1:1', type: PLACED },
        { eventId: 'o-1:2', type: CANCELLED },
      ],
    },
  })
  expect(JSON.stringify(answer.body)).not.toContain('fingerprint')
})

test("lists a customer's orders newest first, page by page", async () => {
  const { post, listOf, pass } = setup()
  for (let number = 1; number <= 5; number++) {
    await post(order(`o-${number}`))
    if (number % 2) pass(1)
  }
  await post(order('other', 'tea', 'c-2'))
  const seen: string[][] = []
  let query: string | undefined = 'customerId=c-1&limit=2'
  while (query !== undefined) {
    const { headers, body } = await listOf(Object.fromEntries(new URLSearchParams(query)))
    seen.push(list.parse(body).items.map(({ orderId }) => orderId))
    query = /^<\/orders\?(.*)>; rel="next"$/.exec(headers.link ?? '')?.[1]
  }
  expect(seen).toEqual([['o-5', 'o-4'], ['o-3', 'o-2'], ['o-1']])
})

test('lists the orders of one status across as many pages of the list as it takes', async () => {
  const { post, cancel, listOf } = setup()
  for (let number = 1; number <= 9; number++) await post(order(`o-${number}`))
  await cancel('o-1')
  await cancel('o-9')
  const { headers, body } = await listOf({ customerId: 'c-1', limit: '2', status: 'CANCELLED' })
  expect(list.parse(body).items.map(({ orderId }) => orderId)).toEqual(['o-9', 'o-1'])
  const next = Object.fromEntries(new URLSearchParams(/\?(.*)>/.exec(headers.link ?? '')?.[1]))
  expect(next).toMatchObject({ status: 'CANCELLED', limit: '2' })
  expect((await listOf(next)).body).toEqual({ items: [] })
})

test('an order is on the list although the process died before it was put there: the relay does it', async () => {
  const it = setup()
  let dies = true
  const handler = createOrderHandler({
    ...it.deps,
    customerOrders: {
      ...it.deps.customerOrders,
      add: (...args) => (dies ? Promise.reject(new Error('died')) : it.deps.customerOrders.add(...args)),
    },
  })
  const headers = { 'content-type': 'application/json' }
  const call = { method: 'POST', path: '/orders', headers, body: JSON.stringify(order('o-1')) }
  expect(await callHttp(handler, call)).toMatchObject({ status: 202 })
  dies = false
  it.pass(PUBLISH_LEASE_MS)
  await it.schedule()
  expect((await it.listOf({ customerId: 'c-1' })).body).toMatchObject({ items: [{ orderId: 'o-1' }] })
  expect((await it.post(order('o-1'))).status).toBe(201)
})

test.each([
  [{}, '/customerId'],
  [{ customerId: 'c-1', limit: '0' }, '/limit'],
  [{ customerId: 'c-1', limit: '101' }, '/limit'],
  [{ customerId: 'c-1', limit: 'x' }, '/limit'],
  [{ customerId: 'c-1', status: 'LOST' }, '/status'],
  [{ customerId: 'c-1', cursor: 'x' }, '/cursor'],
  [{ customerId: 'c-1', cursor: Buffer.from('[1,""]').toString('base64url') }, '/cursor'],
  [{ customerId: 'c-1', colour: 'red' }, ''],
])('refuses the list %j and points at %s', async (query, pointer) => {
  expect(await setup().listOf(query as Record<string, string>)).toMatchObject({
    status: 422,
    body: { code: 'validation_failed', errors: [{ pointer }] },
  })
})

test('while the orders are frozen nothing is placed or cancelled', async () => {
  const { post, cancel, get, stores } = setup()
  await post(order('o-1'))
  await stores.refusals.freeze(true)
  for (const answer of [await post(order('o-2')), await post(order('o-1')), await cancel('o-1')]) {
    expect(answer).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5' },
      body: { code: 'frozen', retryable: true },
    })
  }
  await stores.refusals.freeze(false)
  expect((await get('o-1')).body).toMatchObject({ status: 'ACCEPTED' })
  expect((await get('o-2')).status).toBe(404)
  expect((await post(order('o-2'))).status).toBe(201)
})

test('with kafka-ack an order is accepted only once Kafka has it, and a repeat says so', async () => {
  const { post, cancel, kafka, schedule, pass } = setup('kafka-ack')
  kafka.up = false
  const unpublished = {
    status: 503,
    headers: { 'retry-after': '1' },
    body: { code: 'order_unpublished', retryable: true },
  }
  expect(await post(order('o-1'))).toMatchObject(unpublished)
  expect(await post(order('o-1'))).toMatchObject(unpublished)
  kafka.up = true
  pass(PUBLISH_LEASE_MS)
  await schedule()
  expect(await post(order('o-1'))).toMatchObject({ status: 201, headers: { 'idempotent-replayed': 'true' } })
  kafka.up = false
  expect(await cancel('o-1')).toMatchObject(unpublished)
  expect(await cancel('o-1')).toMatchObject(unpublished)
  kafka.up = true
  pass(PUBLISH_LEASE_MS)
  await schedule()
  expect(await cancel('o-1')).toMatchObject({ status: 200 })
})

test('row 21: while Kafka is away orders are 202, then refused once the oldest event is too old, until it is back', async () => {
  const { post, kafka, schedule, pass, sent } = setup()
  kafka.up = false
  expect((await post(order('o-1'))).status).toBe(202)
  pass(299_000)
  await schedule()
  expect((await post(order('o-2'))).status).toBe(202)
  pass(PUBLISH_LEASE_MS)
  await schedule()
  const refused = { status: 503, headers: { 'retry-after': '10' }, body: { code: 'outbox_too_old' } }
  expect(await post(order('o-3'))).toMatchObject(refused)
  // A repeat is answered as before.
  expect(await post(order('o-1'))).toMatchObject({ status: 202, headers: { 'idempotent-replayed': 'true' } })
  kafka.up = true
  await schedule()
  expect(await post(order('o-3'))).toMatchObject(refused)
  pass(PUBLISH_LEASE_MS)
  await schedule()
  expect((await post(order('o-3'))).status).toBe(201)
  expect(sent.map(({ orderId }) => orderId).toSorted()).toEqual(['o-1', 'o-2', 'o-3'])
})

test('an order in progress is refused as well while the outbox is too old', async () => {
  const it = setup()
  await it.stores.refusals.reportBacklog(301)
  await beginOnly(it, 'o-1')
  expect(await it.post(order('o-1'))).toMatchObject({ status: 503, body: { code: 'outbox_too_old' } })
})

test('a SKU that is sold out is not asked for again for 200 ms, and then sold if it is there', async () => {
  const { post, asked, stores, pass } = setup()
  await post(order('o-1', 'pot'))
  const soldOut = { status: 409, body: { code: 'out_of_stock', lines: [{ sku: 'pot', available: 0 }] } }
  expect(await post(order('o-2', 'pot'))).toMatchObject(soldOut)
  const before = asked.flat().length
  await stores.holds.release({ orderId: 'o-1', attempt: 1, placedAt: '' }, 'pot', 1)
  expect(await post(order('o-3', 'pot'))).toMatchObject(soldOut)
  expect(asked.flat()).toHaveLength(before)
  pass(200)
  expect((await post(order('o-4', 'pot'))).status).toBe(201)
  // Who was refused stays refused, and who was accepted is answered as before.
  expect(await post(order('o-3', 'pot'))).toMatchObject(soldOut)
  expect((await post(order('o-4', 'pot'))).status).toBe(201)
})

test('a takeover that holds the last unit itself is not refused as sold out', async () => {
  const { post, deps, pass } = setup()
  const own = order('o-1', 'pot')
  const handler = createOrderHandler({
    ...deps,
    orders: { ...deps.orders, accept: () => Promise.reject(new Error('died')) },
  })
  const headers = { 'content-type': 'application/json' }
  await callHttp(handler, { method: 'POST', path: '/orders', headers, body: JSON.stringify(own) })
  pass(LEASE_MS)
  expect(await post(own)).toMatchObject({ status: 201, body: { status: 'ACCEPTED' } })
})

test('the schedule gives up what was left reserving, frees its stock, and publishes again what nobody read', async () => {
  const it = setup()
  await beginOnly(it, 'o-1')
  await it.stores.holds.reserve({ orderId: 'o-1', attempt: 1, placedAt: '' }, 'tea', 1)
  await it.post(order('o-2'))
  it.pass(WATCH_MS)
  expect(it.stores.holds.available()).toMatchObject({ tea: 498 })
  expect(await it.schedule()).toEqual({ relayed: 1, swept: 1, nudged: 1 })
  expect(it.stores.holds.available()).toMatchObject({ tea: 499 })
  expect((await it.get('o-1')).body).toMatchObject({ status: 'ABORTED' })
  expect(it.sent.map(({ eventId }) => eventId)).toEqual(['o-2:1', 'o-2:1'])
  await it.stores.watchList.readBack('o-2', 1)
  it.pass(100 * WATCH_MS)
  expect(await it.schedule()).toEqual({ relayed: 0, swept: 0, nudged: 0 })
})

test('an intent that cannot be swept is left for the next sweep, and the others are swept', async () => {
  const it = setup()
  await beginOnly(it, 'o-1')
  await beginOnly(it, 'o-2')
  it.pass(LEASE_MS)
  const release: typeof it.deps.holds.release = (holder, ...rest) =>
    holder.orderId === 'o-1' ? Promise.reject(new Error('died')) : it.stores.holds.release(holder, ...rest)
  const handler = createOrderHandler({ ...it.deps, holds: { ...it.deps.holds, release } })
  const event = { source: 'aws.events', 'detail-type': 'Scheduled Event' }
  expect(await handler(event, testContext(60_000))).toMatchObject({ swept: 1 })
  expect(it.entries).toMatchObject([{ level: 'warn', fields: { orderId: 'o-1' } }])
  expect(await it.schedule()).toMatchObject({ swept: 1 })
})

test('the schedule deletes orders past their retention and takes them off the list', async () => {
  const it = setup()
  await it.post(order('o-1'))
  await it.post(order('o-2'))
  await it.stores.watchList.readBack('o-1', 1)
  await it.schedule()
  it.pass(91 * DAY_MS)
  await it.schedule()
  expect((await it.get('o-1')).status).toBe(404)
  expect((await it.get('o-2')).status).toBe(200)
  expect(it.entries.at(-1)).toMatchObject({ level: 'error', fields: { orderId: 'o-2' } })
  expect((await it.listOf({ customerId: 'c-1' })).body).toEqual({ items: [] })
})

test('a mail domain in other letters is kept in its ASCII form', async () => {
  const { post, sent } = setup()
  const email = 'anna@xn--bcher-kva.example'
  const placed = await post({ ...order('o-1'), email: 'anna@bücher.example' })
  expect(placed).toMatchObject({ status: 201, body: { email } })
  expect(sent.at(-1)).toMatchObject({ email })
})
