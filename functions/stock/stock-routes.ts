import * as z from 'zod'
import { AppError } from '../../shared/errors.ts'
import { currency, sku as skuSchema } from '../../shared/fields.ts'
import { parseIdempotencyKey } from '../../shared/idempotency-key.ts'
import { json, type Route } from '../../shared/middleware/http-pipeline.ts'
import { MAX_PRICE_MINOR } from '../../shared/orders/constants.ts'
import { parseInput } from '../../shared/validation.ts'
import { toAdjustment } from './adjustment.ts'
import type { Freeze } from './freeze.ts'
import { publishChanges, type PublishChangesDeps } from './publish-changes.ts'
import type { Precondition, StockItem, StockItems } from './stock-items.ts'
import { frozen, missingSku, refusalOf } from './stock-refusals.ts'

export interface StockRoutesDeps extends PublishChangesDeps {
  readonly items: StockItems
  readonly freeze: Pick<Freeze, 'isFrozen'>
}

const MAX_UNITS = 1_000_000_000

const newItem = z.strictObject({
  name: z.string().min(1).max(200),
  priceMinor: z.int().nonnegative().max(MAX_PRICE_MINOR),
  currency,
  onHand: z.int().nonnegative().max(MAX_UNITS),
})

const adjustment = z.strictObject({
  delta: z
    .int()
    .min(-MAX_UNITS)
    .max(MAX_UNITS)
    .refine((units) => units !== 0, { error: 'must not be 0' }),
  reason: z.string().min(1).max(200),
})

const page = z.object({
  limit: z
    .string()
    .default('100')
    .refine((text) => /^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= 200, {
      error: 'must be a whole number from 1 to 200',
    })
    .transform(Number),
  cursor: skuSchema.optional(),
})

const skuOf = (parameters: Readonly<Record<string, string | undefined>> | undefined): string =>
  parseInput(z.object({ sku: skuSchema }), { sku: parameters?.sku }).sku

/** The routes: reading stock, and changing it other than by an order. */
export function createStockRoutes(deps: StockRoutesDeps): Readonly<Record<string, Route>> {
  async function found(sku: string): Promise<StockItem> {
    const item = await deps.items.find(sku)
    if (!item) throw missingSku(sku)
    return item
  }

  const get: Route = async ({ pathParameters }) => answer(200, await found(pathParameters?.sku ?? ''))

  const list: Route = async ({ queryStringParameters }) => {
    const { cursor, limit } = parseInput(page, queryStringParameters ?? {})
    const { items, next } = await deps.items.list(cursor, limit)
    return json(200, { items: items.map(withoutRevision), ...(next !== undefined && { nextCursor: next }) })
  }

  const put: Route = async ({ pathParameters, headers, body }) => {
    const sku = skuOf(pathParameters)
    const item = parseInput(newItem, body)
    const precondition = toPrecondition(headers)
    if (await deps.freeze.isFrozen()) {
      // A SKU without a record may still be restored from the log, so it is not known to be missing.
      throw precondition === 'absent' ? refusalOf(sku, { outcome: 'PRECONDITION_FAILED' }) : frozen()
    }
    const written = await deps.items.put(sku, item, precondition)
    if (written.outcome !== 'CREATED' && written.outcome !== 'UPDATED') throw refusalOf(sku, written)
    await publishChanges(sku, deps)
    return answer(written.outcome === 'CREATED' ? 201 : 200, await found(sku))
  }

  const adjust: Route = async ({ pathParameters, headers, body }) => {
    const sku = skuOf(pathParameters)
    const key = parseIdempotencyKey(headers['idempotency-key'])
    if (key === undefined) {
      throw new AppError(
        'invalid',
        'idempotency_key_missing',
        'Send an Idempotency-Key: an adjustment is made once per key.',
      )
    }
    const { delta, reason } = parseInput(adjustment, body)
    if (await deps.freeze.isFrozen()) throw frozen()
    const adjusted = await deps.items.adjust(sku, toAdjustment(key, delta, reason))
    if (adjusted.outcome !== 'OK' && adjusted.outcome !== 'REPLAY') throw refusalOf(sku, adjusted)
    if (adjusted.outcome === 'OK') await publishChanges(sku, deps)
    const { outcome, revision, ...numbers } = adjusted
    return json(
      200,
      { sku, delta, reason, ...numbers, available: numbers.onHand - numbers.reserved },
      { etag: `"${revision}"`, ...(outcome === 'REPLAY' && { 'idempotent-replayed': 'true' }) },
    )
  }

  return {
    'GET /stock': list,
    'GET /stock/{sku}': get,
    'PUT /stock/{sku}': put,
    'POST /stock/{sku}/adjustments': adjust,
  }
}

const withoutRevision = ({ revision: _revision, ...item }: StockItem) => item

const answer = (status: number, item: StockItem) =>
  json(status, withoutRevision(item), { etag: `"${item.revision}"` })

function toPrecondition(headers: Readonly<Record<string, string | undefined>>): Precondition {
  if (headers['if-none-match'] === '*') return 'absent'
  return { revision: /^"(\d+)"$/.exec(headers['if-match'] ?? '')?.[1] ?? '' }
}
