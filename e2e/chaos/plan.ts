import type { Request } from './evidence/history.ts'
import { createRandom } from './random.ts'

type Lines = NonNullable<Request['lines']>

/** One order that a client places, and what else the client does about it. */
export interface Plan {
  readonly customerId: string
  readonly key: string
  /** An id of the client's own. */
  readonly orderId?: string
  readonly lines: Lines
  /** Its lines under the same key where `asksOtherBody`. */
  readonly otherLines: Lines
  /** How often it tries before it gives up. */
  readonly tries: number
  readonly repeats: boolean
  readonly asksOtherBody: boolean
  readonly cancels: boolean
  readonly looks: boolean
}

const CUSTOMERS = 25
const MANY_TRIES = 60

/** The same plan for the same seed, client and index, whatever has happened before. */
export function planOrder({
  seed,
  client,
  index,
  skus,
}: {
  readonly seed: number
  readonly client: number
  readonly index: number
  readonly skus: readonly [string, ...string[]]
}): Plan {
  const name = `${seed}-${client}-${index}`
  const { between, chance, pick } = createRandom(`order:${name}`)
  const chosen = new Set(Array.from({ length: between(1, 3) }, () => pick(skus)))
  const lines = [...chosen].map((sku) => ({ sku, quantity: between(1, 2) }))
  return {
    customerId: `c-${between(1, CUSTOMERS)}`,
    key: `key-${name}`,
    ...(chance(0.3) && { orderId: `own-${name}` }),
    lines,
    otherLines: lines.map(({ sku, quantity }) => ({ sku, quantity: quantity + 1 })),
    // Some give up after the first try, and only the sweeper can finish their orders.
    tries: chance(0.15) ? 1 : MANY_TRIES,
    repeats: chance(0.25),
    asksOtherBody: chance(0.15),
    cancels: chance(0.25),
    looks: chance(0.2),
  }
}
