import type { MSKRecord } from 'aws-lambda'
import type { Log } from '../logger.ts'
import type { OrderEvent } from './order-event.ts'
import { fromRecord } from './order-record.ts'

/**
 * Handles the order event of a record. A record of a type that we do not know belongs to somebody else and is skipped.
 * @param log where a skipped record is noted, if anywhere
 * @throws as `fromRecord`
 */
export async function withEvent(
  record: MSKRecord,
  handle: (event: OrderEvent) => Promise<void>,
  log?: Pick<Log, 'info'>,
): Promise<void> {
  const event = fromRecord(record)
  if (event) return handle(event)
  const { partition, offset } = record
  log?.info('record of an unknown type skipped', { partition, offset })
}
