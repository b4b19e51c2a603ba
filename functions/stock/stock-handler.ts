import * as z from 'zod'
import type { MSKRecord } from 'aws-lambda'
import { AppError } from '../../shared/errors.ts'
import { httpPipeline, json, type Route } from '../../shared/middleware/http-pipeline.ts'
import { kafkaBatch } from '../../shared/middleware/kafka-batch.ts'
import { MAX_BODY_BYTES } from '../../shared/orders/constants.ts'
import type { OrderEvent } from '../../shared/orders/order-event.ts'
import { fromRecord } from '../../shared/orders/order-record.ts'
import { publishEvent } from '../../shared/orders/publish-event.ts'
import { dispatch } from '../../shared/triggers.ts'
import { parseInput, sku as skuSchema } from '../../shared/validation.ts'
import type { OrderProgress } from './order-progress.ts'
import { settleOrder, type Deps as SettleDeps } from './settle-order.ts'
import type { Precondition, StockItem, StockItems } from './stock-items.ts'

export interface Deps extends Omit<SettleDeps, 'publish'>, StockItems, OrderProgress {
  /** Resolves when Kafka has stored the event. */
  readonly send: (event: OrderEvent) => Promise<void>
  readonly deadLetter: (record: MSKRecord, reason: AppError) => Promise<void>
}

const newItem = z.strictObject({
  name: z.string().min(1).max(200),
  priceMinor: z.int().nonnegative().max(1_000_000_000),
  currency: z.string().regex(/^[A-Z]{3}$/, { error: 'must be an ISO 4217 code such as EUR' }),
  onHand: z.int().nonnegative().max(1_000_000_000),
})

export function createStockHandler(deps: Deps) {
  const publish = (event: OrderEvent) => publishEvent(event, deps)

  const get: Route = async ({ pathParameters }) => answer(200, await found(pathParameters?.sku ?? ''))

  const put: Route = async ({ pathParameters, headers, body }) => {
    const { sku } = parseInput(z.object({ sku: skuSchema }), { sku: pathParameters?.sku })
    const written = await deps.put(sku, parseInput(newItem, body), toPrecondition(headers))
    switch (written.outcome) {
      case 'CREATED':
        return answer(201, await found(sku))
      case 'UPDATED':
        return answer(200, await found(sku))
      case 'PRECONDITION_FAILED':
        throw new AppError(
          'conflict',
          'precondition_failed',
          'Send If-None-Match: * to create, or If-Match with the ETag to change.',
          {
            status: 412,
          },
        )
      case 'BELOW_RESERVED':
        throw new AppError(
          'conflict',
          'stock_reserved',
          `Orders hold ${written.reserved} units; onHand cannot be less.`,
        )
    }
  }

  async function found(sku: string): Promise<StockItem> {
    const item = await deps.find(sku)
    if (!item) throw new AppError('not_found', 'sku_not_found', `There is no SKU ${sku}.`)
    return item
  }

  return dispatch({
    http: httpPipeline({
      log: deps.log,
      maxBodyBytes: MAX_BODY_BYTES,
      routes: { 'GET /stock/{sku}': get, 'PUT /stock/{sku}': put },
    }),
    kafka: kafkaBatch({
      log: deps.log,
      deadLetter: deps.deadLetter,
      handle: async (record) => {
        const event = fromRecord(record)
        if (event) await settleOrder(event, { ...deps, publish })
        else
          deps.log.info('record of an unknown type skipped', {
            partition: record.partition,
            offset: record.offset,
          })
      },
    }),
  })
}

const answer = (status: number, { revision, ...item }: StockItem) =>
  json(status, item, { etag: `"${revision}"` })

function toPrecondition(headers: Readonly<Record<string, string | undefined>>): Precondition {
  if (headers['if-none-match'] === '*') return 'absent'
  return { revision: /^"(\d+)"$/.exec(headers['if-match'] ?? '')?.[1] ?? '' }
}
