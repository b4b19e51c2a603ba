import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { environmentOn, type RunnerProcess, startRunnerProcess } from './testing/runner-process.ts'
import { createShop, type Shop } from './testing/shop.ts'
import { startTestStack, type TestStack } from './testing/test-stack.ts'
import { waitFor } from './testing/wait-for.ts'

let stack: TestStack
let runner: RunnerProcess
let shop: Shop

beforeAll(async () => {
  stack = await startTestStack('4.3.1')
  runner = await startRunnerProcess({
    ...environmentOn(stack),
    OUTBOX_MAX_AGE_SECONDS: '3',
  })
  shop = createShop(runner)
})
afterAll(async () => {
  await runner.stop()
  await stack.stop()
})

const list = z.object({ items: z.array(z.looseObject({ orderId: z.string(), status: z.string() })) })
const events = z.object({ items: z.array(z.looseObject({ type: z.string(), sequence: z.number() })) })
const orders = (path: string) => `${runner.url(8081)}/orders${path}`
const place = (orderId: string, sku: string, customerId = 'c-1') =>
  shop.placeOrder({ orderId, customerId, lines: [{ sku, quantity: 2 }] })
const isConfirmed = ({ status }: { readonly status: string }) => status === 'CONFIRMED'

test('a cancelled order gives its stock back, is counted and told, and is the same when cancelled again', async () => {
  await shop.createStock('LIFE-1', 10)
  await place('life-1', 'LIFE-1')
  await waitFor(() => shop.order('life-1'), isConfirmed)
  expect(await shop.stock('LIFE-1')).toMatchObject({ onHand: 8, sold: 2 })
  const cancelled = await shop.call(orders('/life-1/cancel'), { method: 'POST' })
  expect(cancelled).toMatchObject({ status: 200, body: { orderId: 'life-1', status: 'CANCELLED' } })
  await waitFor(
    () => shop.stock('LIFE-1'),
    ({ onHand, reserved, sold }) => onHand === 10 && reserved === 0 && sold === 0,
  )
  const again = await shop.call(orders('/life-1/cancel'), { method: 'POST' })
  expect(again).toMatchObject({ status: 200, body: cancelled.body })
  const history = events.parse((await shop.call(orders('/life-1/events'))).body).items
  expect(history.map(({ type }) => type.split('.').at(-2))).toEqual(['placed', 'confirmed', 'cancelled'])
  await waitFor(shop.summary, ({ orders: counted }) => counted.cancelled === 1)
})

test("a customer's orders are listed newest first, page by page", async () => {
  await shop.createStock('LIFE-2', 100)
  for (const number of [1, 2, 3]) await place(`listed-${number}`, 'LIFE-2', 'c-list')
  const first = await shop.call(orders('?customerId=c-list&limit=2'))
  const ids = (body: unknown) => list.parse(body).items.map(({ orderId }) => orderId)
  expect(ids(first.body)).toEqual(['listed-3', 'listed-2'])
  const next = /^<\/orders(.*)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1] ?? ''
  expect(ids((await shop.call(orders(next))).body)).toEqual(['listed-1'])
})

test('row 21: Kafka away for longer than the outbox may be old: 202, then 503, then everything is published', async () => {
  await shop.createStock('LIFE-3', 1000)
  stack.pauseKafka()
  const accepted: string[] = []
  const outcome = await waitFor(
    async () => {
      const orderId = `away-${accepted.length}`
      const answer = await place(orderId, 'LIFE-3')
      if (answer.status === 202) accepted.push(orderId)
      return answer
    },
    ({ status }) => status === 503,
    60_000,
  )
  expect(outcome).toMatchObject({ body: { code: 'outbox_too_old', retryable: true } })
  expect(outcome.headers.get('retry-after')).toBe('10')
  expect(accepted.length).toBeGreaterThan(1)
  expect(await place('away-0', 'LIFE-3')).toMatchObject({ status: 202 })
  stack.continueKafka()
  for (const orderId of accepted) await waitFor(() => shop.order(orderId), isConfirmed, 60_000)
  await waitFor(
    () => place('back', 'LIFE-3'),
    ({ status }) => status === 201,
    30_000,
  )
  await waitFor(() => shop.order('back'), isConfirmed)
  expect(await shop.stock('LIFE-3')).toMatchObject({ reserved: 0, sold: 2 * accepted.length + 2 })
})
