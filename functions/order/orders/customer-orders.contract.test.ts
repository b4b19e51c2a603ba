import { describe, expect, test } from 'vitest'
import { hosts } from '../../../shared/testing/hosts.ts'
import { createMemoryCustomerOrders } from './customer-orders.memory.ts'
import { createCustomerOrders, type CustomerOrders } from './customer-orders.ts'

const day = (of: number) => `2026-11-${String(of).padStart(2, '0')}T10:00:00.000Z`
const ids = async (page: ReturnType<CustomerOrders['page']>) => (await page).map(({ orderId }) => orderId)

describe.each(hosts(createMemoryCustomerOrders, (redis) => () => createCustomerOrders(redis)))(
  '%s',
  (_host, create) => {
    test("shows a customer's own orders, newest first, each once however often it is put on the list", async () => {
      const { add, page } = create()
      for (const of of [1, 3, 2, 3]) await add('c-1', `o-${of}`, day(of))
      await add('c-2', 'o-9', day(9))
      expect(await page('c-1', 10, undefined)).toEqual(
        [3, 2, 1].map((of) => ({ orderId: `o-${of}`, placedMs: Date.parse(day(of)) })),
      )
      expect(await page('c-3', 10, undefined)).toEqual([])
    })

    test('a page goes on behind its position, also among orders of one moment', async () => {
      const { add, page } = create()
      for (const id of ['a', 'b', 'c', 'd', 'e']) await add('c-1', id, day(1))
      await add('c-1', 'old', '2026-10-01T10:00:00.000Z')
      const seen: string[] = []
      for (let after = await page('c-1', 2, undefined); after.length > 0;) {
        seen.push(...after.map(({ orderId }) => orderId))
        after = await page('c-1', 2, after.at(-1))
      }
      expect(seen).toEqual(['e', 'd', 'c', 'b', 'a', 'old'])
    })

    test('an order that comes on top meanwhile moves no page', async () => {
      const { add, page } = create()
      for (const of of [1, 2, 3, 4]) await add('c-1', `o-${of}`, day(of))
      const [, last] = await page('c-1', 2, undefined)
      await add('c-1', 'o-5', day(5))
      expect(await ids(page('c-1', 2, last))).toEqual(['o-2', 'o-1'])
    })

    test('a position whose order has left the list is found by its time', async () => {
      const { add, page, remove } = create()
      for (const of of [1, 2, 3]) await add('c-1', `o-${of}`, day(of))
      await remove('c-1', 'o-2')
      await remove('c-1', 'o-2')
      expect(await ids(page('c-1', 2, { orderId: 'o-2', placedMs: Date.parse(day(2)) }))).toEqual(['o-1'])
    })
  },
)
