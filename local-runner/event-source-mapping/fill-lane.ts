import type { Batch, KafkaMessage } from 'kafkajs'
import type { RecordDetail } from '../journal/mapping-events.ts'
import type { RecordFilter } from './filter/filter-criteria.ts'
import type { Lane } from './lane.ts'
import type { MskEventFormat } from './msk-event/msk-event.ts'
import type { Decoder } from './schema-registry/decoder.ts'

export interface FillLaneDeps {
  readonly passes: RecordFilter
  readonly toRecord: MskEventFormat['toRecord']
  /** Undefined without a schema registry. */
  readonly decoder: Decoder | undefined
  /** Called for each fetch. */
  readonly onFetched: (records: number, filtered: number) => void
  readonly record: RecordDetail
}

/** undefined: filtered out. */
function toEntry(partition: number, message: KafkaMessage, { decoder, passes, toRecord }: FillLaneDeps) {
  const decoded = decoder?.decode(message)
  if (decoded?.rejection === undefined && !passes((decoded ?? message).value)) return undefined
  return toRecord(partition, message, decoded)
}

/** Moves what was fetched into its lane, and the lane's position behind it. @returns why it takes no more */
export function fillLane(lane: Lane, batch: Batch, deps: FillLaneDeps): Error | undefined {
  const first = batch.messages[0]
  if (first !== undefined && BigInt(first.offset) < lane.position) {
    // Retention or a recreated topic removed the group's offset, so kafkajs restarted at the oldest record.
    deps.record({
      name: 'offsets.reset',
      partition: lane.partition,
      from: lane.position.toString(),
      to: first.offset,
    })
    lane.committed = -1n
  }
  lane.position = BigInt(batch.lastOffset()) + 1n
  lane.highWatermark = BigInt(batch.highWatermark)
  let fetched = 0
  let filtered = 0
  let failed: Error | undefined
  for (const message of batch.messages) {
    try {
      const entry = toEntry(lane.partition, message, deps)
      fetched += 1
      if (entry === undefined) {
        filtered += 1
        continue
      }
      lane.buffer.push(entry)
      lane.bufferedBytes += entry.jsonBytes
    } catch (error) {
      // Thrown on, it would crash the consumer at each start, with all partitions.
      lane.position = BigInt(message.offset)
      failed = new Error(`The record at offset ${message.offset} cannot become an event: ${String(error)}`)
      break
    }
  }
  deps.onFetched(fetched, filtered)
  return failed
}
