import type { Evidence, StockRecord } from '../evidence/evidence.ts'

type Check = (evidence: Evidence) => readonly string[]

const text = ({ sku, onHand, reserved, sold, received }: StockRecord) =>
  `${sku}: onHand ${onHand}, reserved ${reserved}, sold ${sold}, received ${received}`

/** I1: what is there and what is sold is what was received, at any time. */
export const stockAddsUp: Check = ({ redis, samples }) =>
  [...samples, ...redis.stock].filter(({ onHand, sold, received }) => onHand + sold !== received).map(text)

/** I2: no more is held than is there, at any time. */
export const heldIsThere: Check = ({ redis, samples }) =>
  [...samples, ...redis.stock].filter(({ onHand, reserved }) => reserved < 0 || reserved > onHand).map(text)

/** I3: at rest nothing is held, neither by the record nor by an entry of the ledger. */
export const nothingHeld: Check = ({ redis }) => [
  ...redis.stock.filter(({ reserved }) => reserved !== 0).map(text),
  ...redis.ledger
    .filter(({ letter }) => letter === 'R')
    .map(({ sku, orderId }) => `${sku} is held by ${orderId}`),
]

/** I4: what is sold is what the confirmed orders say. */
export const soldIsConfirmed: Check = ({ redis }) => {
  const confirmed = new Map<string, number>()
  for (const { status, lines } of redis.orders) {
    if (status !== 'CONFIRMED') continue
    for (const { sku, quantity } of lines) confirmed.set(sku, (confirmed.get(sku) ?? 0) + quantity)
  }
  return redis.stock
    .filter(({ sku, sold }) => sold !== (confirmed.get(sku) ?? 0))
    .map((record) => `${text(record)}; the confirmed orders add up to ${confirmed.get(record.sku) ?? 0}`)
}
