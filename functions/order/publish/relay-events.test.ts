import { expect, test } from 'vitest'
import { AppError } from '../../../shared/errors.ts'
import { orderShard } from '../../../shared/orders/keys.ts'
import type { OrderEvent } from '../../../shared/orders/order-event.ts'
import { placed } from '../../../shared/testing/placed-event.ts'
import { recordingLog } from '../../../shared/testing/recording-log.ts'
import { relayEvents, type RelayEventsDeps } from './relay-events.ts'

const eventOf = (orderId: string, sequence: number): OrderEvent => ({
  ...placed,
  orderId,
  eventId: `${orderId}:${sequence}`,
  sequence,
})

const AGE_MS = 4000

/** An outbox where each order is due once, with the sequences named. */
function setup(due: Readonly<Record<string, readonly number[]>>) {
  const waiting = new Map(Object.entries(due))
  const done: string[] = []
  const deps: RelayEventsDeps = {
    outbox: {
      claimDue: async (shard) => {
        const ids = [...waiting.keys()].filter((orderId) => orderShard(orderId) === shard)
        for (const orderId of ids) waiting.delete(orderId)
        return ids
      },
      unpublished: async (orderId) => ({
        events: (due[orderId] ?? []).map((sequence) => eventOf(orderId, sequence)),
        ageMs: AGE_MS,
      }),
      acknowledge: async (orderId, sequence) => void done.push(`acknowledged ${orderId}:${sequence}`),
    },
    customerOrders: { add: async () => undefined },
    send: async ({ eventId }) => void done.push(`sent ${eventId}`),
    log: recordingLog().log,
  }
  return { deps, done }
}

test("sends an order's events in sequence and acknowledges the last one after them", async () => {
  const { deps, done } = setup({ o: [2, 3] })
  expect(await relayEvents(deps, () => true)).toEqual({ relayed: 1, failed: 0, oldestAgeMs: 0 })
  expect(done).toEqual(['sent o:2', 'sent o:3', 'acknowledged o:3'])
})

test('acknowledges nothing when one of the events was not stored', async () => {
  const { deps, done } = setup({ o: [2, 3] })
  const send = async (event: OrderEvent) => {
    if (event.sequence === 3) throw new Error('not stored')
    await deps.send(event)
  }
  expect(await relayEvents({ ...deps, send }, () => true)).toEqual({
    relayed: 0,
    failed: 1,
    oldestAgeMs: AGE_MS,
  })
  expect(done).toEqual(['sent o:2'])
})

test('takes an order with nothing left to publish out of the outbox', async () => {
  const { deps, done } = setup({ o: [] })
  await relayEvents(deps, () => true)
  expect(done).toEqual(['acknowledged o:0'])
})

test('does not begin a round when the time is up', async () => {
  const { deps, done } = setup({ o: [1] })
  expect(await relayEvents(deps, () => false)).toMatchObject({ relayed: 0 })
  expect(done).toEqual([])
})

test('many orders that Kafka did not take are one line of the log, and a defect among them is told', async () => {
  const { log, entries } = recordingLog()
  const { deps } = setup({ a: [1], b: [1], c: [1] })
  const send = async ({ orderId }: OrderEvent) => {
    throw orderId === 'b'
      ? new Error('a defect')
      : new AppError('unavailable', 'kafka_unavailable', 'Kafka is away.')
  }
  await relayEvents({ ...deps, log, send }, () => true)
  expect(entries).toMatchObject([{ level: 'error', fields: { orders: 3, orderId: 'b' } }])
})
