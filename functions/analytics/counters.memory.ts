import type { Counters } from './counters.ts'

const LARGEST = 10n ** 18n - 1n

export function createMemoryCounters(): Counters {
  /** Event id -> its day. */
  const seen = new Map<string, string>()
  const customers = new Set<string>()
  const counters = new Map<string, bigint>()
  return {
    applyOnce: async ({ eventId, occurredAt }, increments) => {
      if (seen.has(eventId)) return 'ALREADY'
      if ([...increments.keys()].some((field) => (counters.get(field) ?? 0n) > LARGEST)) return 'OVERFLOW'
      if ([...increments.values()].some((increment) => increment > LARGEST)) return 'OVERFLOW'
      for (const [field, increment] of increments) {
        counters.set(field, (counters.get(field) ?? 0n) + increment)
      }
      seen.set(eventId, occurredAt.slice(0, 10))
      return 'APPLIED'
    },
    addCustomer: async (customerId) => void customers.add(customerId),
    hasCustomer: async (customerId) => customers.has(customerId),
    forgetDay: async (day) => {
      for (const [eventId, of] of seen) if (of === day.slice(0, 10)) seen.delete(eventId)
    },
    totals: async () => ({ counters: new Map(counters), customers: customers.size }),
  }
}
