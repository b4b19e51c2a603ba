import type { Counters } from './counters.ts'

const LARGEST = 10n ** 18n - 1n

export function createMemoryCounters(): Counters {
  const seen = new Set<string>()
  const customers = new Set<string>()
  const counters = new Map<string, bigint>()
  return {
    applyOnce: async ({ eventId }, increments) => {
      if (seen.has(eventId)) return 'ALREADY'
      if ([...increments.keys()].some((field) => (counters.get(field) ?? 0n) > LARGEST)) return 'OVERFLOW'
      if ([...increments.values()].some((increment) => increment > LARGEST)) return 'OVERFLOW'
      for (const [field, increment] of increments) {
        counters.set(field, (counters.get(field) ?? 0n) + increment)
      }
      seen.add(eventId)
      return 'APPLIED'
    },
    addCustomer: async (customerId) => void customers.add(customerId),
    hasCustomer: async (customerId) => customers.has(customerId),
    totals: async () => ({ counters: new Map(counters), customers: customers.size }),
  }
}
