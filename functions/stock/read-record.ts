import type { MSKRecord } from 'aws-lambda'
import { AppError } from '../../shared/errors.ts'
import type { Log } from '../../shared/logger.ts'
import { ORDER_TOPIC } from '../../shared/orders/constants.ts'
import type { OrderEvent } from '../../shared/orders/order-event.ts'
import { withEvent } from '../../shared/orders/with-event.ts'
import { isStockRecord, parseStockRecord, STOCK_TOPIC, type StockEvent } from './stock-event.ts'

export interface ReadRecordOptions {
  readonly change: (change: StockEvent) => Promise<void>
  readonly order: (event: OrderEvent) => Promise<void>
  /** Where a record of an unknown type, which is skipped, is noted. */
  readonly log?: Pick<Log, 'info'>
}

/** Handles a record by what it is: a change of stock, or an order's event. @throws AppError `event_invalid` */
export async function readRecord(
  record: MSKRecord,
  { change, order, log }: ReadRecordOptions,
): Promise<void> {
  if (isStockRecord(record)) {
    expectTopic(record, STOCK_TOPIC)
    return change(parseStockRecord(record))
  }
  const read = async (event: OrderEvent) => {
    expectTopic(record, ORDER_TOPIC)
    await order(event)
  }
  await withEvent(record, read, log)
}

/** Noted as read back from another topic, an event would no more be published where its readers are. */
function expectTopic({ topic }: MSKRecord, expected: string): void {
  if (topic === expected) return
  throw new AppError(
    'invalid',
    'event_invalid',
    `An event of ${expected} in ${topic}: nobody reads it there.`,
  )
}
