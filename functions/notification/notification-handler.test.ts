import { expect, test } from 'vitest'
import { AppError } from '../../shared/errors.ts'
import { CONFIRMED, type OrderEvent } from '../../shared/orders/order-event.ts'
import { toRecord } from '../../shared/orders/order-record.ts'
import { testContext } from '../../shared/testing/context.ts'
import { httpEvent } from '../../shared/testing/http-event.ts'
import { mskEvent } from '../../shared/testing/msk-event.ts'
import { placed } from '../../shared/testing/placed-event.ts'
import { recordingLog } from '../../shared/testing/recording-log.ts'
import { redrivenTo } from '../../shared/testing/redriven-to.ts'
import type { Channel, SendResult } from './channel.ts'
import { createNotificationHandler } from './notification-handler.ts'
import { createMemoryNotifications } from './notifications.memory.ts'

function setup() {
  const answers: SendResult[] = []
  const sent: string[] = []
  const dead: { readonly offset: number; readonly code: string }[] = []
  const send = async (key: string): Promise<SendResult> => {
    sent.push(key)
    return answers.shift() ?? { outcome: 'SENT' }
  }
  const email: Channel = { name: 'email', idempotent: false, whenFree: (use) => use(send) }
  let owners = 0
  const handler = createNotificationHandler({
    notifications: createMemoryNotifications(Date.now),
    channels: [email],
    deadLetter: async ({ offset }, { code }) => void dead.push({ offset, code }),
    newOwner: () => `owner-${++owners}`,
    log: recordingLog().log,
  })
  const get = (query: Readonly<Record<string, string>> = {}) =>
    handler(httpEvent({ method: 'GET', path: '/notifications', query }), testContext())
  return { handler, get, answers, sent, dead }
}

const record = (event: OrderEvent, offset: number, partition = 0) => ({
  ...toRecord(event),
  offset,
  partition,
})
const confirmed: OrderEvent = { ...placed, type: CONFIRMED, eventId: 'ord_1:2', sequence: 2 }
const bodyOf = (answer: unknown): unknown => JSON.parse((answer as { readonly body: string }).body)
const plenty = testContext(30_000)

test('sends a mail for each event of a batch, once', async () => {
  const { handler, sent } = setup()
  const batch = mskEvent([record(placed, 0), record(confirmed, 1), record(placed, 2)])
  expect(await handler(batch, plenty)).toEqual({ batchItemFailures: [] })
  expect(await handler(batch, plenty)).toEqual({ batchItemFailures: [] })
  expect(sent).toEqual(['ord_1:1:email', 'ord_1:2:email'])
})

test('skips an unknown type and dead-letters what is no order event', async () => {
  const { handler, sent, dead } = setup()
  const foreign = {
    topic: 'order-topic',
    offset: 0,
    value: '{}',
    headers: { ce_type: 'com.example.other.v1' },
  }
  const broken = { topic: 'order-topic', offset: 1, value: '{' }
  const answer = await handler(mskEvent([foreign, broken, record(placed, 2)]), plenty)
  expect(answer).toEqual({ batchItemFailures: [] })
  expect(dead).toEqual([{ offset: 1, code: 'event_invalid' }])
  expect(sent).toEqual(['ord_1:1:email'])
})

test('reports a mail that did not go out, and all behind it in its partition, for a retry', async () => {
  const { handler, answers, sent, dead } = setup()
  answers.push({ outcome: 'NOT_SENT', reason: 'ECONNREFUSED' })
  const batch = mskEvent([record(placed, 7), record(confirmed, 8)])
  expect(await handler(batch, plenty)).toEqual({
    batchItemFailures: [
      { itemIdentifier: { partition: 'order-topic-0', offset: 7 } },
      { itemIdentifier: { partition: 'order-topic-0', offset: 8 } },
    ],
  })
  expect(dead).toEqual([])
  expect(await handler(batch, plenty)).toEqual({ batchItemFailures: [] })
  expect(sent).toEqual(['ord_1:1:email', 'ord_1:1:email', 'ord_1:2:email'])
})

test('begins no mail that it may not have the time to finish', async () => {
  const { handler, sent } = setup()
  expect(await handler(mskEvent([record(placed, 7)]), testContext(9_999))).toEqual({
    batchItemFailures: [{ itemIdentifier: { partition: 'order-topic-0', offset: 7 } }],
  })
  expect(sent).toEqual([])
})

test('shows the notifications of an order, oldest first', async () => {
  const { handler, get } = setup()
  const other = { ...placed, orderId: 'ord_2', eventId: 'ord_2:1' }
  await handler(mskEvent([record(placed, 0), record(other, 1), record(confirmed, 2)]), plenty)
  const answer = await get({ orderId: 'ord_1' })
  expect(answer).toMatchObject({ statusCode: 200 })
  expect(bodyOf(answer)).toMatchObject({
    items: [
      { eventId: 'ord_1:1', channel: 'email', status: 'SENT', to: 'c-1@example.test' },
      { eventId: 'ord_1:2', channel: 'email', status: 'SENT', type: CONFIRMED },
    ],
  })
})

test('shows the newest of all orders, up to a limit', async () => {
  const { handler, get } = setup()
  await handler(mskEvent([record(placed, 0), record(confirmed, 1)]), plenty)
  expect(bodyOf(await get())).toMatchObject({ items: [{ eventId: 'ord_1:2' }, { eventId: 'ord_1:1' }] })
  expect(bodyOf(await get({ limit: '1' }))).toMatchObject({ items: [{ eventId: 'ord_1:2' }] })
})

test.each([
  ['a limit of 0', { limit: '0' }, '/limit'],
  ['a limit above 200', { limit: '201' }, '/limit'],
  ['a limit that is no number', { limit: '1e1' }, '/limit'],
  ['an order id that is none', { orderId: '{x}' }, '/orderId'],
])('refuses %s', async (_what, query, pointer) => {
  const answer = await setup().get(query)
  expect(answer).toMatchObject({ statusCode: 422 })
  expect(bodyOf(answer)).toMatchObject({ code: 'validation_failed', errors: [{ pointer }] })
})

test('answers 503 when Redis is away', async () => {
  const outage = new AppError('unavailable', 'redis_unavailable', 'Redis did not answer')
  const handler = createNotificationHandler({
    notifications: { ...createMemoryNotifications(Date.now), newest: () => Promise.reject(outage) },
    channels: [],
    deadLetter: async () => undefined,
    newOwner: () => 'owner',
    log: recordingLog().log,
  })
  const answer = await handler(httpEvent({ method: 'GET', path: '/notifications' }), testContext())
  expect(answer).toMatchObject({ statusCode: 503 })
})

const reconcile = (step: string, ...events: OrderEvent[]) => ({
  source: 'order-pipeline.reconcile',
  'detail-type': step,
  detail: mskEvent(events.map((event, offset) => record(event, offset))),
})

test('a rebuild from the log sends nothing: what is not known to be sent stays unsent, also when its record comes again', async () => {
  const { handler, sent, get } = setup()
  await handler(mskEvent([record(placed, 0)]), plenty)
  expect(await handler(reconcile('compare', placed, confirmed), plenty)).toMatchObject({
    differences: ['nothing is known of notification ord_1:2 by email'],
    notes: { 'notifications SENT': 1 },
  })
  expect(await handler(reconcile('rebuild', placed, confirmed), plenty)).toMatchObject({
    differences: [],
    notes: { 'notifications now INDETERMINATE': 1 },
  })
  await handler(mskEvent([record(placed, 0), record(confirmed, 1)]), plenty)
  expect(sent).toEqual(['ord_1:1:email'])
  expect(bodyOf(await get({ orderId: 'ord_1' }))).toMatchObject({
    items: [
      { status: 'SENT' },
      { status: 'INDETERMINATE', reason: expect.stringContaining('Redis') as string },
    ],
  })
  expect(await handler(reconcile('rebuild', placed, confirmed), plenty)).toMatchObject({ notes: {} })
  expect(await handler(reconcile('compare', placed, confirmed), plenty)).toMatchObject({
    differences: [],
    notes: { 'notifications SENT': 1, 'notifications INDETERMINATE': 1 },
  })
})

test('a rebuild notes an event once, also when its record was redriven here, and not when only another function got it', async () => {
  const { handler } = setup()
  const records = [
    toRecord(placed),
    redrivenTo('notification', toRecord(placed)),
    redrivenTo('stock', toRecord(confirmed)),
  ]
  const detail = mskEvent(records.map((one, offset) => ({ ...one, offset })))
  expect(await handler({ ...reconcile('rebuild'), detail }, plenty)).toMatchObject({
    notes: { 'notifications now INDETERMINATE': 1 },
    redrivenElsewhere: ['order-topic-0@2'],
  })
})
