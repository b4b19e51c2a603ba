import type { Totals } from './counters.ts'
import { FIELDS } from './increments.ts'

/** A number; above 2^53 - 1 its digits as a string, because most readers would round a JSON number. */
export type Count = number | string

export interface Summary {
  readonly orders: { readonly placed: Count; readonly confirmed: Count; readonly cancelled: Count }
  readonly units: Count
  /** By currency, in its minor unit. */
  readonly revenueMinor: Readonly<Record<string, Count>>
  readonly cancelledUnits: Count
  readonly cancelledRevenueMinor: Readonly<Record<string, Count>>
  readonly customers: number
  readonly topSkus: readonly { readonly sku: string; readonly units: Count }[]
}

const TOP_SKUS = 10

export function toSummary({ counters, customers }: Totals): Summary {
  const count = (field: string): Count => exact(counters.get(field) ?? 0n)
  const named = (prefix: string): readonly (readonly [string, bigint])[] =>
    [...counters]
      .filter(([field]) => field.startsWith(prefix))
      .map(([field, value]) => [field.slice(prefix.length), value])
  // Built from entries, so that a currency called `__proto__` stays a currency.
  const byCurrency = (prefix: string) =>
    Object.fromEntries(named(prefix).map(([currency, minor]) => [currency, exact(minor)]))
  return {
    orders: {
      placed: count(FIELDS.placed),
      confirmed: count(FIELDS.confirmed),
      cancelled: count(FIELDS.cancelled),
    },
    units: count(FIELDS.units),
    revenueMinor: byCurrency(FIELDS.revenuePrefix),
    cancelledUnits: count(FIELDS.cancelledUnits),
    cancelledRevenueMinor: byCurrency(FIELDS.cancelledRevenuePrefix),
    customers,
    topSkus: named(FIELDS.skuPrefix)
      .toSorted(([skuA, a], [skuB, b]) => (a === b ? (skuA < skuB ? -1 : 1) : a > b ? -1 : 1))
      .slice(0, TOP_SKUS)
      .map(([sku, units]) => ({ sku, units: exact(units) })),
  }
}

const exact = (value: bigint): Count =>
  value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value)
