import type { MSKRecord } from 'aws-lambda'
import * as z from 'zod'
import { AppError } from '../../shared/errors.ts'
import { currency, isoTime, sku } from '../../shared/fields.ts'
import { describeIssues } from '../../shared/issues.ts'
import type { OutgoingRecord } from '../../shared/kafka/producer.ts'
import { checkEventId, headerText, jsonValue } from '../../shared/kafka/record-content.ts'
import { MAX_PRICE_MINOR } from '../../shared/orders/constants.ts'

export const STOCK_TOPIC = 'stock-topic'
export const STOCK_ADJUSTED = 'com.example.stock.adjusted.v1'

/** More than a million of the largest adjustments: a SKU has had no more. Far below 2^53, so sums stay exact. */
const MAX_UNITS = 1_000_000_000_000_000
const units = z.int().min(-MAX_UNITS).max(MAX_UNITS)

/** A change of a SKU other than by an order, with the whole record after it, so that the log alone can rebuild it. */
const stockEvent = z
  .object({
    schemaVersion: z.literal(1),
    type: z.literal(STOCK_ADJUSTED),
    eventId: z.string(),
    sku,
    revision: z.int().positive(),
    occurredAt: isoTime,
    name: z.string().max(200),
    priceMinor: z.int().nonnegative().max(MAX_PRICE_MINOR),
    currency,
    onHand: units,
    reserved: units,
    sold: units,
    /** All units ever received, less those that adjustments took out: `onHand + sold`. */
    received: units,
    /** What the change added to `onHand`. */
    delta: units,
    /** `created`, `set`, or what the client gave for an adjustment. */
    reason: z.string().max(200),
    /** Digest of the adjustment's Idempotency-Key. */
    adjustmentId: z.string().max(64).optional(),
  })
  .refine(({ eventId, sku, revision }) => eventId === `${sku}:${revision}`, {
    path: ['eventId'],
    error: 'must be the SKU, a colon and the revision',
  })

export type StockEvent = z.infer<typeof stockEvent>

/** CloudEvents 1.0, Kafka binding, binary mode; keyed by SKU, so one SKU's changes keep their order. */
export const toStockRecord = (event: StockEvent): OutgoingRecord => ({
  topic: STOCK_TOPIC,
  key: event.sku,
  value: JSON.stringify(event),
  headers: {
    ce_specversion: '1.0',
    ce_id: event.eventId,
    ce_source: '/stock-service',
    ce_type: event.type,
    ce_time: event.occurredAt,
    ce_subject: event.sku,
    ce_partitionkey: event.sku,
    ce_sequence: String(event.revision).padStart(10, '0'),
    'content-type': 'application/json',
  },
})

/** Whether a record is a change of stock, of any version; by its topic where it has no header. */
export function isStockRecord(record: MSKRecord): boolean {
  const type = headerText(record, 'ce_type')
  return type === undefined
    ? record.topic === STOCK_TOPIC
    : type.replace(/\.v\d{1,9}$/, '.v1') === STOCK_ADJUSTED
}

/** @throws AppError `event_invalid` saying what is wrong: no retry can help such a record. */
export function parseStockRecord(record: MSKRecord): StockEvent {
  const { data, error } = stockEvent.safeParse(jsonValue(record))
  if (error) throw new AppError('invalid', 'event_invalid', `Not a stock event: ${describeIssues(error)}`)
  checkEventId(record, data.eventId)
  return data
}
