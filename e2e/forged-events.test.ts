import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { type StockEvent, toStockRecord } from '../functions/stock/stock-event.ts'
import type { OutgoingRecord } from '../shared/kafka/producer.ts'
import { CANCELLED, type OrderEvent, parseOrderEvent } from '../shared/orders/order-event.ts'
import { toRecord } from '../shared/orders/order-record.ts'
import { consume, produce } from './testing/kafka-records.ts'
import { environmentOn, type RunnerProcess, startRunnerProcess } from './testing/runner-process.ts'
import { createShop, type Shop } from './testing/shop.ts'
import { startTestStack, type TestStack } from './testing/test-stack.ts'
import { waitFor } from './testing/wait-for.ts'

// Somebody who may write to the topics writes records that contradict the store, as the shop itself would write them.

let stack: TestStack
let runner: RunnerProcess
let shop: Shop

beforeAll(async () => {
  stack = await startTestStack('4.3.1')
  runner = await startRunnerProcess(environmentOn(stack))
  shop = createShop(runner)
})
afterAll(async () => {
  await runner.stop()
  await stack.stop()
})

const history = z.object({ items: z.array(z.unknown().transform(parseOrderEvent)) })
const lines = [{ sku: 'FORGED-1', quantity: 2 }]

async function confirmed(orderId: string): Promise<readonly OrderEvent[]> {
  expect((await shop.placeOrder({ orderId, customerId: 'c-1', lines })).status).toBe(201)
  await waitFor(
    () => shop.order(orderId),
    ({ status }) => status === 'CONFIRMED',
  )
  return history.parse((await shop.call(`${runner.url(8081)}/orders/${orderId}/events`)).body).items
}

const write = ({ topic, key, value, headers }: OutgoingRecord) =>
  produce(stack.kafkaBrokers, topic, [{ key: String(key), value: String(value), headers: { ...headers } }])
const letterOf = async (topic: string, key: string, count = 1) =>
  (await consume(stack.kafkaBrokers, `${topic}.stock.dlq`, count, key)).at(-1)

test('row 27: forged events change no stock, each is a dead letter that says why, and the next order flows', async () => {
  await shop.createStock('FORGED-1', 100)
  const [placed, after] = await confirmed('true')
  if (!placed || !after) throw new Error('A confirmed order has two events.')
  const forgeries: readonly [OrderEvent, string][] = [
    [{ ...placed, orderId: 'false', eventId: 'false:1' }, 'Redis has no order false'],
    [{ ...after, type: CANCELLED, eventId: 'true:3', sequence: 3 }, 'order true has no event 3'],
    [{ ...placed, placedAt: '2099-01-01T00:00:00.000Z' }, 'differs: placedAt'],
    [{ ...placed, lines: [{ sku: 'FORGED-1', quantity: 50, unitPriceMinor: 1 }] }, 'differs: lines'],
    [{ ...after, orderId: 'false', eventId: 'false:2' }, 'Redis has no order false'],
  ]
  const written = new Map<string, number>()
  for (const [event, why] of forgeries) {
    await write(toRecord(event))
    const ofOrder = (written.get(event.orderId) ?? 0) + 1
    written.set(event.orderId, ofOrder)
    const letter = await letterOf('order-topic', event.orderId, ofOrder)
    expect(letter?.headers['x-dlq-reason']).toMatch(/^event_not_in_store: /)
    expect(letter?.headers['x-dlq-reason']).toContain(why)
    expect(parseOrderEvent(JSON.parse(letter?.value ?? ''))).toMatchObject({ eventId: event.eventId })
    expect(await shop.stock('FORGED-1')).toMatchObject({ onHand: 98, reserved: 0, sold: 2 })
  }
  expect(await shop.order('true')).toMatchObject({ status: 'CONFIRMED' })

  const change: StockEvent = {
    ...{ schemaVersion: 1, type: 'com.example.stock.adjusted.v1', eventId: 'FORGED-1:2', sku: 'FORGED-1' },
    ...{ revision: 2, occurredAt: new Date().toISOString(), name: 'FORGED-1', priceMinor: 1 },
    ...{ currency: 'EUR', onHand: 900, reserved: 0, sold: 2, received: 902, delta: 802, reason: 'forged' },
  }
  await write(toStockRecord(change))
  const letter = await letterOf('stock-topic', 'FORGED-1')
  expect(letter?.headers['x-dlq-reason']).toContain('SKU FORGED-1 has revision 1')
  expect(await shop.stock('FORGED-1')).toMatchObject({ onHand: 98, reserved: 0, sold: 2 })

  // In the partition of the forged events of its name.
  await confirmed('false')
  expect(await shop.stock('FORGED-1')).toMatchObject({ onHand: 96, reserved: 0, sold: 4 })
})
