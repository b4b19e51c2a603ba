import { isWithinBudget, spendAll, spendOn } from './fetch-budget.ts'
import { loadInternal, replaceInternal } from './internals.ts'

/** kafkajs's reader of bytes. */
interface Bytes {
  readonly buffer: Buffer
  readonly offset: number
  readonly readInt32: () => number
  readonly canReadBytes: (length: number) => boolean
  readonly slice: (length: number) => Bytes
  readonly forward: (length: number) => void
}

/** What kafkajs keeps of a batch; all records of one batch have the same object. */
export interface BatchContext {
  readonly firstOffset: string
  readonly lastOffsetDelta: number
  readonly producerId: string
  readonly inTransaction: boolean
  readonly isControlBatch: boolean
}

export interface Message {
  readonly offset: string
  readonly key: Buffer | null
  readonly batchContext: BatchContext
  /** kafkajs gives no such record to the application, but moves its position past it. */
  isControlRecord: boolean
}

interface RecordBatch extends BatchContext {
  readonly records: readonly Message[]
}

/** The records of one partition in one fetch. */
export type RecordSet = Message[] & { unreadable?: Unreadable }

/** A batch that cannot be decoded. Where its end is unknown, `lastOffset` is its first. */
export interface Unreadable {
  readonly offset: bigint
  readonly lastOffset: bigint
  readonly error: Error
}

const RECORD_SET = 'protocol/requests/fetch/v4/decodeMessages'
const USERS = ['v4', 'v5', 'v6', 'v7', 'v8', 'v9', 'v10', 'v11'].map(
  (version) => `protocol/requests/fetch/${version}/response`,
)
const SMALLEST_BATCH_BYTES = 61
const MAGIC_AT = 16
const MAGIC = 2
/** In the part of a batch that is never packed. */
const LAST_OFFSET_DELTA_AT = 23

type Decode<Decoded> = (bytes: Bytes) => Promise<Decoded>

/**
 * kafkajs passes a batch's records on as arguments of one call, which fails from about 120,000 on. And it knows a batch's end
 * from its last record only, which may have been removed: its position then never passes a batch that compaction has emptied.
 * What is over a fetch's budget is left to the next fetch, as if the broker had cut it off.
 */
export function repairRecordSets(): void {
  const decodeBatch = loadInternal('protocol/recordBatch/v0/decoder') as Decode<RecordBatch>
  const decodeOldFormat = loadInternal(RECORD_SET) as Decode<Message[]>

  const decode = async (bytes: Bytes): Promise<RecordSet> => {
    const records: RecordSet = []
    const start = bytes.offset + 4
    if (bytes.buffer.readInt32BE(bytes.offset) <= 0) {
      bytes.forward(4)
      return records
    }
    // Before Kafka 0.11.
    if (bytes.buffer.readInt8(start + MAGIC_AT) < MAGIC) {
      const offset = bytes.buffer.readBigInt64BE(start)
      return decodeOldFormat(bytes).catch((error: Error) =>
        Object.assign(records, { unreadable: { offset, lastOffset: offset, error } }),
      )
    }
    const length = bytes.readInt32()
    const set = bytes.slice(length)
    bytes.forward(length)
    while (set.canReadBytes(SMALLEST_BATCH_BYTES) && isWithinBudget(bytes)) {
      const { buffer, offset: at } = set
      const offset = buffer.readBigInt64BE(at)
      const isKnown = buffer[at + MAGIC_AT] === MAGIC
      const lastOffset = offset + BigInt(isKnown ? buffer.readInt32BE(at + LAST_OFFSET_DELTA_AT) : 0)
      try {
        if (!isKnown) throw new Error('their format is unknown')
        const batch = await decodeBatch(set)
        spendOn(bytes, batch.records)
        for (const record of batch.records) records.push(record)
        if (BigInt(batch.records.at(-1)?.offset ?? -1) < lastOffset)
          records.push(toRemoved(batch, lastOffset))
      } catch (error) {
        // The broker cuts the last batch of a fetch off where the fetch is full.
        if (isCutOff(error)) break
        spendAll(bytes)
        // What is before it comes first. Then a fetch begins with it.
        if (records.length === 0) records.unreadable = { offset, lastOffset, error: error as Error }
        break
      }
    }
    return records
  }
  replaceInternal(RECORD_SET, decode, USERS)
}

const isCutOff = (error: unknown) => error instanceof Error && error.name === 'KafkaJSPartialMessageError'

/** Stands where a batch's last record was. */
function toRemoved({ records: _records, ...batchContext }: RecordBatch, offset: bigint): Message {
  return { offset: offset.toString(), key: null, batchContext, isControlRecord: true }
}
