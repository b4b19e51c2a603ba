import { expect, test } from 'vitest'
import { toSummary } from './summary.ts'

test('keeps a currency named like the prototype a currency', () => {
  const counters = new Map([['revenue:__proto__', 5n]])
  const { revenueMinor } = toSummary({ counters, customers: 0 })
  expect(Object.entries(revenueMinor)).toEqual([['__proto__', 5]])
  expect(JSON.stringify(revenueMinor)).toBe('{"__proto__":5}')
})

test('is all zeros before the first order', () => {
  expect(toSummary({ counters: new Map(), customers: 0 })).toEqual({
    orders: { placed: 0, confirmed: 0, cancelled: 0 },
    units: 0,
    revenueMinor: {},
    cancelledUnits: 0,
    cancelledRevenueMinor: {},
    customers: 0,
    topSkus: [],
  })
})
