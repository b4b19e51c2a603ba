import type { MSKRecord } from 'aws-lambda'
import { headerText } from './record-content.ts'

/** Of a redriven record: the one service that it is for, as in `<topic>.<service>.dlq`. All others pass over it. */
export const REDRIVE_TO_HEADER = 'x-redrive-to'

export function isForAnotherService(record: MSKRecord, service: string): boolean {
  const addressee = headerText(record, REDRIVE_TO_HEADER)
  return addressee !== undefined && addressee !== service
}
