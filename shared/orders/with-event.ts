import type { MSKRecord } from 'aws-lambda'
import type { OrderEvent } from './order-event.ts'
import { fromRecord } from './order-record.ts'

/** Handles the order event of a record; a record of a type that we do not know is somebody else's. @throws as `fromRecord`. */
export async function withEvent(
  record: MSKRecord,
  handle: (event: OrderEvent) => Promise<void>,
): Promise<void> {
  const event = fromRecord(record)
  if (event) await handle(event)
}
