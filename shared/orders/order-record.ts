import type { MSKRecord } from 'aws-lambda'
import { AppError } from '../errors.ts'
import type { OutgoingRecord } from '../kafka/producer.ts'
import { checkEventId, headerText, jsonValue } from '../kafka/record-content.ts'
import { ORDER_TOPIC } from './constants.ts'
import { CANCELLED, CONFIRMED, type OrderEvent, parseOrderEvent, PLACED } from './order-event.ts'

const KNOWN_TYPES = new Set<string>([PLACED, CONFIRMED, CANCELLED])

const FINGERPRINT_HEADER = 'x-order-fingerprint'

/** CloudEvents 1.0, Kafka binding, binary mode; keyed by order, so one order's events keep their order. */
export const toRecord = ({ fingerprint, ...event }: OrderEvent): OutgoingRecord => ({
  topic: ORDER_TOPIC,
  key: event.orderId,
  value: JSON.stringify(event),
  headers: {
    ce_specversion: '1.0',
    ce_id: event.eventId,
    ce_source: '/order-service',
    ce_type: event.type,
    ce_time: event.occurredAt,
    ce_subject: event.orderId,
    ce_partitionkey: event.orderId,
    ce_sequence: String(event.sequence).padStart(10, '0'),
    'content-type': 'application/json',
    ...(fingerprint !== undefined && { [FINGERPRINT_HEADER]: fingerprint }),
  },
})

/**
 * The order event of a record, or undefined for an unknown type: such a record belongs to somebody else and is skipped.
 * @throws AppError `event_invalid` for a record without value, bad JSON, a broken schema, another event's `ce_id` or an
 * unknown major version.
 */
export function fromRecord(record: MSKRecord): OrderEvent | undefined {
  const headerType = headerText(record, 'ce_type')
  if (headerType !== undefined && isForeign(headerType)) return undefined
  if (headerType !== undefined && !KNOWN_TYPES.has(headerType)) {
    throw new AppError(
      'invalid',
      'event_invalid',
      `Unknown major version ${headerType}: deploy a reader for it, then redrive.`,
    )
  }
  const value = jsonValue(record)
  // A record without headers still has its type in the value.
  const type = valueType(value)
  if (headerType === undefined && type !== undefined && isForeign(type)) return undefined
  const fingerprint = headerText(record, FINGERPRINT_HEADER)
  const event = parseOrderEvent(
    fingerprint !== undefined && isObject(value) ? { ...value, fingerprint } : value,
  )
  checkEventId(record, event.eventId)
  return event
}

/** Whether this is not one of our types, in any version. */
const isForeign = (type: string): boolean => !KNOWN_TYPES.has(type.replace(/\.v\d{1,9}$/, '.v1'))

const valueType = (value: unknown): string | undefined =>
  isObject(value) && 'type' in value && typeof value.type === 'string' ? value.type : undefined

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
