import { expect, test } from 'vitest'
import { repairFetchResponses } from './fetch-response.ts'
import { loadInternal } from './internals.ts'
import { repairRecordSets } from './record-set.ts'

type Encoder = { readonly buffer: Buffer } & Readonly<
  Record<`write${'Int16' | 'Int32' | 'Int64' | 'String' | 'Bytes'}`, (value: unknown) => Encoder>
>
interface Batch {
  readonly messages: readonly { readonly offset: string }[]
  readonly lastOffset: () => string
  readonly isEmptyDueToFiltering: () => boolean
}

repairRecordSets()
repairFetchResponses()
const Encoder = loadInternal('protocol/encoder') as new () => Encoder
const { RecordBatch: encodeBatch } = loadInternal('protocol/recordBatch/v0') as {
  RecordBatch: (batch: object) => Promise<Encoder>
}
const encodeRecord = loadInternal('protocol/recordBatch/record/v0') as (record: object) => Encoder
const KafkajsBatch = loadInternal('consumer/batch') as new (
  topic: string,
  offset: string,
  data: object,
) => Batch
const { decode } = loadInternal('protocol/requests/fetch/v11/response') as {
  decode: (bytes: Buffer) => Promise<{ responses: [{ partitions: [object] }] }>
}

/** A batch as compaction leaves it: of the offsets from `first` to `last` only `kept`. */
const toBatch = (first: number, last: number, kept: readonly number[]) =>
  encodeBatch({
    firstOffset: first,
    lastOffsetDelta: last - first,
    records: kept.map((offset) => encodeRecord({ offsetDelta: offset - first, key: null, value: 'v' })),
  })

/** What a reader makes of a fetch from `offset`. */
async function fetched(offset: number, batches: readonly Buffer[]) {
  const bytes = new Encoder()
    .writeInt32(0)
    .writeInt16(0)
    .writeInt32(0)
    .writeInt32(1)
    .writeString('orders')
    .writeInt32(1)
    .writeInt32(3)
    .writeInt16(0)
    .writeInt64(100)
    .writeInt64(100)
    .writeInt64(0)
    .writeInt32(0)
    .writeInt32(-1)
    .writeBytes(Buffer.concat(batches)).buffer
  const { responses } = await decode(bytes)
  const batch = new KafkajsBatch('orders', String(offset), responses[0].partitions[0])
  return { offsets: batch.messages.map((one) => Number(one.offset)), last: Number(batch.lastOffset()), batch }
}

test('a batch ends where it ended before compaction', async () => {
  const batches = [await toBatch(0, 4, [0, 1, 4]), await toBatch(5, 9, [6])]
  const { offsets, last } = await fetched(
    0,
    batches.map(({ buffer }) => buffer),
  )
  expect([offsets, last]).toEqual([[0, 1, 4, 6], 9])
})

test('the removed end of a batch, and a batch that is empty, are passed', async () => {
  const { buffer } = await toBatch(5, 9, [6])
  const behind = await fetched(8, [buffer])
  expect([behind.offsets, behind.last, behind.batch.isEmptyDueToFiltering()]).toEqual([[], 9, true])
  const empty = await fetched(10, [(await toBatch(10, 19, [])).buffer])
  expect([empty.offsets, empty.last, empty.batch.isEmptyDueToFiltering()]).toEqual([[], 19, true])
})

test('a batch that is cut off is left to the next fetch', async () => {
  const [first, second] = [(await toBatch(0, 0, [0])).buffer, (await toBatch(1, 1, [1])).buffer]
  const cut = await fetched(0, [first, second.subarray(0, -1)])
  expect([cut.offsets, cut.last]).toEqual([[0], 0])
})

test('records that cannot be unpacked fail with their place; what is before them is read first', async () => {
  const [good, bad] = [(await toBatch(0, 0, [0])).buffer, (await toBatch(1, 1, [1])).buffer]
  bad.writeInt16BE(3, 21) // says lz4
  const before = await fetched(0, [good, bad])
  expect([before.offsets, before.last]).toEqual([[0], 0])
  await expect(fetched(1, [bad])).rejects.toThrow('orders, partition 3, from offset 1 on cannot be read')
})
