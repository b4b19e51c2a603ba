import { createHash, randomBytes } from 'node:crypto'
import * as z from 'zod'
import { currency, customerId, identifier, mailAddress, sku } from '../../../shared/fields.ts'
import { MAX_LINES, MAX_QUANTITY } from '../../../shared/orders/constants.ts'
import { parseInput } from '../../../shared/validation.ts'

const orderRequest = z.strictObject({
  customerId,
  lines: z
    .array(z.strictObject({ sku, quantity: z.int().min(1).max(MAX_QUANTITY) }))
    .min(1)
    .max(MAX_LINES)
    // The ledger has one entry per order and SKU.
    .refine((lines) => new Set(lines.map((line) => line.sku)).size === lines.length, {
      error: 'a SKU may stand in one line only; add the quantities up',
    }),
  orderId: identifier(64).optional(),
  email: mailAddress.optional(),
  currency: currency.optional(),
  totalMinor: z.int().nonnegative().optional(),
})

export type OrderRequest = z.infer<typeof orderRequest>

export const parseOrderRequest = (body: unknown): OrderRequest => parseInput(orderRequest, body)

/** Always the same for the same customer and key, so the order's own record detects a duplicate. */
export function toOrderId(request: OrderRequest, key: string | undefined): string {
  if (request.orderId !== undefined) return request.orderId
  const seed = key === undefined ? randomBytes(32) : `v1|${request.customerId}|${key}`
  const digest = createHash('sha256').update(seed).digest('hex')
  return `ord_${BigInt(`0x${digest}`).toString(32).padStart(52, '0').slice(0, 26)}`
}

/** SHA-256 of the validated body in canonical form (RFC 8785: sorted keys, no white space). */
export const fingerprint = (request: OrderRequest): string =>
  createHash('sha256').update(JSON.stringify(request, sortKeys)).digest('hex')

const sortKeys = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value
