import { afterAll, beforeAll, expect, test } from 'vitest'
import { environmentOn, type RunnerProcess, startRunnerProcess } from './testing/runner-process.ts'
import { type Answer, createShop, type Shop } from './testing/shop.ts'
import { startTestStack, type TestStack } from './testing/test-stack.ts'
import { waitFor } from './testing/wait-for.ts'

const ORDERS = 1000
const UNITS = 300
const CONNECTIONS = 50

let stack: TestStack
let env: Readonly<Record<string, string>>
let runner: RunnerProcess
let shop: Shop

beforeAll(async () => {
  stack = await startTestStack('4.3.1')
  env = environmentOn(stack)
  runner = await startRunnerProcess(env)
  shop = createShop(runner)
})

afterAll(async () => {
  await runner.stop()
  await stack.stop()
})

/** Places the orders of a sale from many connections, each retried with its key until the answer is final. */
async function sell(
  sku: string,
  onAnswer: (answered: number) => Promise<void> | undefined,
): Promise<readonly Answer[]> {
  const waiting = Array.from({ length: ORDERS }, (_, index) => `${sku}-${index}`)
  const answers: Answer[] = []
  const isFinal = ({ status, body }: Answer) =>
    status === 201 || status === 202 || (status === 409 && body.code === 'out_of_stock')
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
        const request = { customerId: `c-${key}`, lines: [{ sku, quantity: 1 }] }
        answers.push(
          await waitFor(() => shop.placeOrder(request, { 'idempotency-key': key }), isFinal, 60_000),
        )
        await onAnswer(answers.length)
      }
    }),
  )
  return answers
}

/** What must hold at rest. */
async function expectNothingLostNothingDoubled(
  sku: string,
  answers: readonly Answer[],
  before: Awaited<ReturnType<Shop['summary']>>,
) {
  const accepted = answers.filter(({ status }) => status !== 409)
  expect(accepted).toHaveLength(UNITS)
  const orderIds = accepted.map(({ body }) => String(body.orderId))
  expect(new Set(orderIds).size).toBe(UNITS)

  const confirmed = before.orders.confirmed + UNITS
  const summary = await waitFor(shop.summary, ({ orders }) => orders.confirmed >= confirmed, 60_000)
  expect(summary.orders).toEqual({ ...before.orders, placed: before.orders.placed + UNITS, confirmed })
  expect(summary.units).toBe(before.units + UNITS)
  expect(await shop.stock(sku)).toMatchObject({ onHand: 0, reserved: 0, available: 0, sold: UNITS })
  for (const orderId of orderIds) expect(await shop.order(orderId)).toMatchObject({ status: 'CONFIRMED' })
  return orderIds
}

test('1,000 orders for 300 units from 50 connections sell exactly 300', async () => {
  await shop.createStock('FLASH-1', UNITS)
  const before = await shop.summary()
  const answers = await sell('FLASH-1', () => undefined)
  const orderIds = await expectNothingLostNothingDoubled('FLASH-1', answers, before)
  const allSent = (items: readonly { status: string }[]) =>
    items.length === 2 && items.every(({ status }) => status === 'SENT')
  for (const orderId of orderIds) await waitFor(() => shop.notifications(orderId), allSent)
  for (const orderId of orderIds) expect(await shop.mailsTo(orderId)).toHaveLength(2)
})

test('killing the runner in the middle of a sale loses nothing and doubles nothing', async () => {
  await shop.createStock('FLASH-2', UNITS)
  const before = await shop.summary()
  const answers = await sell('FLASH-2', (answered) => {
    if (answered !== 150) return undefined
    return runner.kill().then(async () => {
      runner = await startRunnerProcess(env)
      shop = createShop(runner)
    })
  })
  await expectNothingLostNothingDoubled('FLASH-2', answers, before)
})
