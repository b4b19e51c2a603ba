import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { eventsKey, ledgerKey, orderKey, stockKey } from '../../shared/orders/keys.ts'
import { CANCELLED, CONFIRMED, type OrderEvent, PLACED } from '../../shared/orders/order-event.ts'
import { toRecord } from '../../shared/orders/order-record.ts'
import type { RedisConnection } from '../../shared/redis/connection.ts'
import { defineScript } from '../../shared/redis/script.ts'
import { expectUntouched } from '../../shared/testing/expect-untouched.ts'
import { hosts, onRedisOnly } from '../../shared/testing/hosts.ts'
import { mskEvent, type TestRecord } from '../../shared/testing/msk-event.ts'
import { placed as placedEvent } from '../../shared/testing/placed-event.ts'
import { recordingLog } from '../../shared/testing/recording-log.ts'
import { redrivenTo } from '../../shared/testing/redriven-to.ts'
import { toAdjustment } from './adjustment.ts'
import { createMemoryFreeze } from './freeze.memory.ts'
import { createFreeze } from './freeze.ts'
import { createMemoryOrderProgress } from './order-progress.memory.ts'
import { createOrderProgress } from './order-progress.ts'
import { reconcileStock } from './reconcile-stock.ts'
import { type StockEvent, toStockRecord } from './stock-event.ts'
import { createMemoryStockItems } from './stock-items.memory.ts'
import { createStockItems } from './stock-items.ts'
import { adjustmentsKey, stockOutboxKey } from './stock-keys.ts'
import { createMemoryStockLedger } from './stock-ledger.memory.ts'
import { createStockLedger, type Holder } from './stock-ledger.ts'
import { createStockOutbox } from './stock-outbox.ts'
import { createMemoryStockRebuild } from './stock-rebuild.memory.ts'
import { createStockRebuild } from './stock-rebuild.ts'
import stockRestore from './stock-restore.lua'

const orderOf = (orderId: string, quantity: number): OrderEvent => ({
  ...placedEvent,
  orderId,
  eventId: `${orderId}:1`,
  totalMinor: 450 * quantity,
  lines: [{ sku: 'tea', quantity, unitPriceMinor: 450 }],
})
const placed = orderOf('o-1', 4)
const confirmed: OrderEvent = { ...placed, type: CONFIRMED, eventId: 'o-1:2', sequence: 2 }
const cancelled: OrderEvent = { ...placed, type: CANCELLED, eventId: 'o-1:3', sequence: 3 }

/** A store whose orders are set as the order function's own rebuild leaves them. */
const onRedis = (redis: RedisConnection) => () => ({
  items: createStockItems(redis),
  outbox: createStockOutbox(redis),
  rebuild: createStockRebuild(redis),
  ledger: createStockLedger(redis),
  progress: createOrderProgress(redis),
  freeze: createFreeze(redis),
  setOrder: async (orderId: string, state: string) => {
    await redis.use((client) => client.hset(orderKey(orderId), { st: state, v: 1 }))
    await redis.use((client) => client.hset(eventsKey(orderId), 1, '{}'))
  },
  hold: async ({ orderId, placedAt }: Holder, sku: string, quantity: number) => {
    await redis.use((client) => client.hincrby(stockKey(sku), 'reserved', quantity))
    await redis.use((client) => client.hset(ledgerKey(sku, placedAt), orderId, `R:${quantity}:1`))
  },
})

function inMemory() {
  const stockItems = createMemoryStockItems()
  const ledger = createMemoryStockLedger(stockItems.records)
  const progress = createMemoryOrderProgress()
  return {
    items: stockItems,
    outbox: stockItems,
    rebuild: createMemoryStockRebuild({ stockItems, ledger, progress }),
    ledger,
    progress,
    freeze: createMemoryFreeze(stockItems.records),
    hold: ledger.hold,
    setOrder: async (orderId: string, state: string) => {
      await progress.written({ ...placed, orderId, eventId: `${orderId}:1` })
      if (state === 'CONFIRMED' || state === 'CANCELLED') await progress.move(state, { ...placed, orderId })
    },
  }
}

const report = z.object({
  differences: z.array(z.string()),
  notes: z.record(z.string(), z.number()),
  sums: z.record(z.string(), z.string()),
  unreadable: z.array(z.string()),
})

describe.each(hosts(inMemory, onRedis))('%s', (_host, create) => {
  function setup() {
    const store = create()
    const published: OrderEvent[] = []
    const publish = async (event: OrderEvent) => published.push(event) > 0
    const now = () => new Date('2026-11-24T11:00:00.000Z')
    const reconcile = reconcileStock({ ...store, publish, now, log: recordingLog().log })
    const feed = async (step: string, ...records: TestRecord[]) =>
      report.parse(
        await reconcile({
          source: 'order-pipeline.reconcile',
          'detail-type': step,
          detail: mskEvent(records.map((record, offset) => ({ ...record, offset }))),
        }),
      )
    const run = (step: string, ...events: (OrderEvent | StockEvent)[]) =>
      feed(step, ...events.map((event) => ('sku' in event ? toStockRecord(event) : toRecord(event))))
    const tea = async () => {
      const { onHand, reserved, sold, received } = (await store.rebuild.numbersOf('tea')) ?? {}
      return { onHand, reserved, sold, received }
    }
    return { ...store, feed, run, tea, published }
  }
  type Setup = ReturnType<typeof setup>

  /** The changes of a SKU with 10 units of which 3 were added later, as the log has them. */
  const changes: readonly StockEvent[] = [
    { onHand: 7, received: 7, delta: 7, reason: 'created', revision: 1 },
    {
      ...{ onHand: 10, received: 10, delta: 3, reason: 'delivery', revision: 2 },
      adjustmentId: toAdjustment('key-1', 3, 'delivery').id,
    },
  ].map((what) => ({
    ...{
      schemaVersion: 1,
      type: 'com.example.stock.adjusted.v1',
      eventId: `tea:${what.revision}`,
      sku: 'tea',
    },
    ...{ occurredAt: '2026-11-24T09:00:00.000Z', name: 'Tea', priceMinor: 450, currency: 'EUR' },
    ...{ reserved: 0, sold: 0 },
    ...what,
  }))
  const restoreTea = ({ run }: Setup) => run('rebuild', ...changes)

  test('a SKU that is gone comes back frozen, with its price and what it received', async () => {
    const shop = setup()
    const { run, items, freeze } = shop
    expect(await restoreTea(shop)).toMatchObject({
      differences: [],
      notes: { 'SKUs restored': 1, 'changes of stock restored': 2 },
    })
    const tea = { sku: 'tea', name: 'Tea', priceMinor: 450, currency: 'EUR', onHand: 10, available: 10 }
    expect(await items.find('tea')).toEqual({ ...tea, reserved: 0, sold: 0, revision: 2 })
    expect((await items.list(undefined, 9)).items).toHaveLength(1)
    expect(await items.adjust('tea', toAdjustment('key-2', 1, 'found'))).toEqual({ outcome: 'FROZEN' })
    expect(await freeze.isFrozen()).toBe(false)
    expect(await freeze.isAnythingFrozen()).toBe(true)
    await freeze.end()
    expect(await freeze.isAnythingFrozen()).toBe(false)
    expect(await items.adjust('tea', toAdjustment('key-2', 1, 'found'))).toMatchObject({
      outcome: 'OK',
      onHand: 11,
    })
    expect(await run('rebuild', ...changes)).toMatchObject({ notes: {} })
    expect(await shop.tea()).toEqual({ onHand: 11, reserved: 0, sold: 0, received: 11 })
  })

  test('an adjustment that is asked for again is answered as before, and another with its key refused', async () => {
    const shop = setup()
    await restoreTea(shop)
    expect(await shop.items.adjust('tea', toAdjustment('key-1', 3, 'delivery'))).toEqual({
      outcome: 'REPLAY',
      revision: 2,
      onHand: 10,
      reserved: 0,
      sold: 0,
    })
    expect(await shop.items.adjust('tea', toAdjustment('key-1', 4, 'delivery'))).toEqual({
      outcome: 'MISMATCH',
    })
  })

  test('a change read before an older one wins, and a change that is in the log is no more to publish', async () => {
    const { run, items, outbox, tea } = setup()
    await items.put('tea', { name: 'Tea', priceMinor: 450, currency: 'EUR', onHand: 7 }, 'absent')
    expect(await outbox.unread('tea')).toHaveLength(1)
    await run('rebuild', ...changes.toReversed())
    expect(await tea()).toMatchObject({ onHand: 10, received: 10 })
    expect(await outbox.unread('tea')).toEqual([])
  })

  test('an order of the log is deducted once, whatever the ledger says, and confirmed if it was not', async () => {
    const shop = setup()
    const { run, tea, published, setOrder, rebuild } = shop
    await restoreTea(shop)
    await setOrder('o-1', 'ACCEPTED')
    expect(await run('rebuild', placed)).toMatchObject({
      differences: [],
      notes: { 'deductions restored': 1 },
    })
    expect(await tea()).toEqual({ onHand: 6, reserved: 0, sold: 4, received: 10 })
    expect(await rebuild.orderState('o-1')).toBe('CONFIRMED')
    expect(published).toMatchObject([{ type: CONFIRMED, eventId: 'o-1:2' }])
    expect(await run('rebuild', placed, confirmed)).toMatchObject({ differences: [], notes: {} })
    expect(await tea()).toEqual({ onHand: 6, reserved: 0, sold: 4, received: 10 })
    expect(published).toHaveLength(1)
  })

  test('an order is deducted once, also when its record was redriven here, and not when only another function got it', async () => {
    const shop = setup()
    await restoreTea(shop)
    await shop.setOrder('o-1', 'CONFIRMED')
    await shop.setOrder('o-2', 'CONFIRMED')
    const redriven = redrivenTo('stock', toRecord(placed))
    const forAnother = redrivenTo('analytics', toRecord(orderOf('o-2', 1)))
    await shop.feed('rebuild', toRecord(placed), redriven, forAnother)
    expect(await shop.tea()).toEqual({ onHand: 6, reserved: 0, sold: 4, received: 10 })
  })

  test('a hold becomes a deduction, and one that was released is deducted again: the log says it was accepted', async () => {
    const shop = setup()
    const { run, tea, setOrder, hold, ledger } = shop
    await restoreTea(shop)
    await setOrder('o-1', 'ACCEPTED')
    await setOrder('o-2', 'ACCEPTED')
    await hold(placed, 'tea', 4)
    await ledger.restock(orderOf('o-2', 1), 'tea', 1)
    await run('rebuild', placed, orderOf('o-2', 1))
    expect(await tea()).toEqual({ onHand: 5, reserved: 0, sold: 5, received: 10 })
  })

  test('a cancelled order takes nothing, in whatever order its events come', async () => {
    for (const log of [
      [placed, confirmed, cancelled],
      [cancelled, placed, confirmed],
    ]) {
      const shop = setup()
      await restoreTea(shop)
      await shop.setOrder('o-1', 'CANCELLED')
      await shop.run('rebuild', ...log)
      await shop.run('rebuild', ...log)
      expect(await shop.tea()).toEqual({ onHand: 10, reserved: 0, sold: 0, received: 10 })
      expect(shop.published).toEqual([])
      const { differences, sums } = await shop.run('compare', ...changes, ...log)
      expect({ differences, sums }).toEqual({ differences: [], sums: { 'units of tea sold': '0' } })
    }
  })

  test('orders that follow each other on the same units all come back, whichever is read first', async () => {
    const shop = setup()
    await restoreTea(shop)
    await shop.setOrder('o-1', 'CANCELLED')
    await shop.setOrder('o-2', 'CONFIRMED')
    const second = orderOf('o-2', 10)
    await shop.run('rebuild', second, { ...second, type: CONFIRMED, eventId: 'o-2:2', sequence: 2 })
    await shop.run('rebuild', placed, cancelled)
    expect(await shop.tea()).toEqual({ onHand: 0, reserved: 0, sold: 10, received: 10 })
    expect(shop.published).toEqual([])
  })

  test('a comparison names what is missing, held or wrong, and tells the sums', async () => {
    const shop = setup()
    const { run, setOrder, hold } = shop
    expect((await run('compare', ...changes)).differences).toEqual([
      'SKU tea is in the log, but has no record',
      'SKU tea is in the log, but has no record',
    ])
    await run('rebuild', ...changes.slice(0, 1))
    expect((await run('compare', ...changes)).differences).toEqual(['SKU tea has revision 1, the log has 2'])
    await restoreTea(shop)
    await setOrder('o-1', 'ACCEPTED')
    expect((await run('compare', placed)).differences).toEqual([
      `order o-1: tea is not in the ledger after ${PLACED}, which needs D or X or Z`,
    ])
    await hold(placed, 'tea', 4)
    expect((await run('compare', placed)).differences).toEqual([
      `order o-1: tea is R in the ledger after ${PLACED}, which needs D or X or Z`,
    ])
    expect(await run('totals')).toMatchObject({
      differences: [],
      notes: { 'units held by orders under way': 4 },
      sums: { 'units of tea sold': '0' },
    })
    await run('rebuild', placed)
    expect((await run('compare', placed, cancelled)).differences).toEqual([
      `order o-1: tea is D in the ledger after ${CANCELLED}, which needs X or Z`,
    ])
    expect((await run('totals')).sums).toEqual({ 'units of tea sold': '4' })
  })

  test('a rebuild believes the log where the store has nothing, and names an order that is not restored', async () => {
    const shop = setup()
    await restoreTea(shop)
    const { differences } = await shop.run('rebuild', placed)
    expect(differences).toEqual([expect.stringContaining('order_not_found')])
    await shop.setOrder('o-1', 'ACCEPTED')
    expect(await shop.run('rebuild', placed)).toMatchObject({ differences: [] })
    expect(await shop.tea()).toMatchObject({ onHand: 6, sold: 4 })
  })

  test('a change of stock in the topic of orders is left out of a rebuild, as it is in normal delivery', async () => {
    const { items, feed } = setup()
    const [created] = changes
    if (!created) throw new Error('There is no change.')
    expect(await feed('rebuild', { ...toStockRecord(created), topic: 'order-topic' })).toMatchObject({
      unreadable: ['order-topic-0@0'],
    })
    expect(await items.find('tea')).toBeUndefined()
  })

  test('stock that was promised twice goes below zero and is named', async () => {
    const shop = setup()
    await restoreTea(shop)
    await shop.setOrder('o-2', 'CONFIRMED')
    await shop.run('rebuild', orderOf('o-2', 12))
    expect((await shop.run('totals')).differences).toEqual(['SKU tea: 0 of -2 units on hand are held'])
  })
})

onRedisOnly((redis) => {
  const stock = { rev: 1, onHand: 10, reserved: 4, sold: 0, received: 10 }
  const store = (fields: Record<string, string | number>) =>
    redis.use((client) => client.hset(stockKey('tea'), fields))
  /** Past the listing of the SKU, which writes before it. */
  const restoreItem = () =>
    redis.script(
      defineScript(stockRestore),
      [stockKey('tea'), stockOutboxKey('tea'), adjustmentsKey('tea')],
      [2, 'Tea', 450, 'EUR', 12, 'id', 'A:ff:2:12:0:0'],
    )

  test.each(['onHand', 'reserved', 'sold'])(
    'a deduction is not restored in part where %s is no number',
    async (field) => {
      await store({ ...stock, [field]: 'x' })
      await redis.use((client) => client.hset(ledgerKey('tea', placed.placedAt), 'o-1', 'R:4:1'))
      await expectUntouched(redis, () => createStockRebuild(redis).restoreDeduction(placed, 'tea', 4))
    },
  )

  test.each(['rev', 'onHand', 'received'])('nor a record where %s is no number', async (field) => {
    await store({ ...stock, [field]: 'x' })
    await expectUntouched(redis, restoreItem)
  })

  test.each([
    ['changes', stockOutboxKey('tea')],
    ['adjustments', adjustmentsKey('tea')],
  ])('nor where the %s are of another type', async (_name, key) => {
    await redis.use((client) => client.set(key, 'x'))
    await expectUntouched(redis, restoreItem)
  })
})
