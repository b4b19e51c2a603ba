import type { MSKRecord } from 'aws-lambda'
import * as z from 'zod'
import { AppError } from '../../shared/errors.ts'
import type { OutgoingRecord } from '../../shared/kafka/producer.ts'
import { headerText, jsonValue } from '../../shared/kafka/record-content.ts'

export const STOCK_TOPIC = 'stock-topic'
export const STOCK_ADJUSTED = 'com.example.stock.adjusted.v1'

/** A change of a SKU other than by an order, with the whole record after it, so that the log alone can rebuild it. */
const stockEvent = z.object({
  schemaVersion: z.literal(1),
  type: z.literal(STOCK_ADJUSTED),
  eventId: z.string().min(1),
  sku: z.string().min(1),
  revision: z.int().positive(),
  occurredAt: z.iso.datetime(),
  name: z.string(),
  priceMinor: z.int().nonnegative(),
  currency: z.string().length(3),
  onHand: z.int(),
  reserved: z.int(),
  sold: z.int(),
  /** All units ever received, less those that adjustments took out: `onHand + sold`. */
  received: z.int(),
  /** What the change added to `onHand`. */
  delta: z.int(),
  /** `created`, `set`, or what the client gave for an adjustment. */
  reason: z.string(),
  /** Digest of the adjustment's Idempotency-Key. */
  adjustmentId: z.string().optional(),
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
  return type === undefined ? record.topic === STOCK_TOPIC : type.replace(/\.v\d+$/, '.v1') === STOCK_ADJUSTED
}

/** @throws AppError `event_invalid` saying what is wrong: no retry can help such a record. */
export function parseStockRecord(record: MSKRecord): StockEvent {
  const { data, error } = stockEvent.safeParse(jsonValue(record))
  if (error) throw new AppError('invalid', 'event_invalid', `Not a stock event: ${z.prettifyError(error)}`)
  return data
}
