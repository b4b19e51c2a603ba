import type { EventRecord } from '../msk-event/msk-event.ts'

/** A record of which only its place matters. */
export const recordAt = (partition: number, offset: bigint): EventRecord => ({
  partition,
  offset,
  timestamp: '0',
  timestampMs: 0,
  key: null,
  json: '{}',
  jsonBytes: 2,
  rejection: undefined,
})
