import type { BatchEvent } from './batch-events.ts'
import type { ConsumerEvent } from './consumer-events.ts'

/** A line of the mapping's system log (esm-logging). */
interface MappingLogWritten {
  readonly name: 'mapping.log'
  readonly logStreamName: string
  /** JSON text. */
  readonly line: string
}

/** An event as the parts of a mapping record it; the mapping adds the origin. */
export type MappingDetail = BatchEvent | ConsumerEvent | MappingLogWritten

/** Which mapping an event is about. */
export interface MappingOrigin {
  readonly functionName: string
  readonly consumerGroupId: string
  readonly topic: string
}

export type MappingEvent = MappingDetail & MappingOrigin

export type RecordDetail = (event: MappingDetail) => void
