import { REDRIVE_TO_HEADER } from '../kafka/redrive.ts'
import type { TestRecord } from './msk-event.ts'

/** A copy of a record, as a redrive sends it back for one service. */
export const redrivenTo = (service: string, record: TestRecord): TestRecord => ({
  ...record,
  headers: { ...record.headers, [REDRIVE_TO_HEADER]: service },
})
