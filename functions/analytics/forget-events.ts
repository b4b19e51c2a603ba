import { MEMORY_MS, ORDER_RETENTION_MS } from '../../shared/orders/constants.ts'
import type { Counters } from './counters.ts'

const DAY_MS = 24 * 60 * 60_000

export interface ForgetEventsDeps {
  readonly counters: Pick<Counters, 'forgetDay'>
  readonly now: () => Date
}

/** Forgets which events were counted on days that are too old for any event to come. Some 70 days, as runs may be missed. */
export async function forgetEvents(
  { counters, now }: ForgetEventsDeps,
  hasTime: () => boolean,
): Promise<void> {
  const today = now().getTime()
  for (let age = MEMORY_MS + DAY_MS; age < ORDER_RETENTION_MS && hasTime(); age += DAY_MS) {
    await counters.forgetDay(new Date(today - age).toISOString())
  }
}
