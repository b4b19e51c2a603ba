import { expect, test } from 'vitest'
import { installCodecs } from './codecs.ts'
import { repairFetchResponses } from './fetch-response.ts'
import { loadInternal } from './internals.ts'
import { type RecordSet, repairRecordSets } from './record-set.ts'

type Encoder = { readonly buffer: Buffer } & Readonly<
  Record<`write${'Int16' | 'Int32' | 'Int64' | 'String' | 'Bytes'}`, (value: unknown) => Encoder>
>
interface Fetched {
  readonly messages: readonly { readonly offset: string }[]
}
interface Batch {
  readonly messages: readonly { readonly offset: string }[]
  readonly lastOffset: () => string
  readonly isEmptyDueToFiltering: () => boolean
}

installCodecs()
repairRecordSets()
repairFetchResponses()
const Encoder = loadInternal('protocol/encoder') as new () => Encoder
const { RecordBatch: encodeBatch } = loadInternal('protocol/recordBatch/v0') as {
  RecordBatch: (batch: object) => Promise<Encoder>
}
const encodeRecord = loadInternal('protocol/recordBatch/record/v0') as (record: object) => Encoder
const Decoder = loadInternal('protocol/decoder') as new (bytes: Buffer) => object
const decodeRecordSet = loadInternal('protocol/requests/fetch/v4/decodeMessages') as (
  bytes: object,
) => Promise<RecordSet>
const KafkajsBatch = loadInternal('consumer/batch') as new (
  topic: string,
  offset: string,
  data: object,
) => Batch
const { decode } = loadInternal('protocol/requests/fetch/v11/response') as {
  decode: (bytes: Buffer) => Promise<{ responses: [{ partitions: [Fetched, ...Fetched[]] }] }>
}

/** A batch as compaction leaves it: of the offsets from `first` to `last` only `kept`. */
const toBatch = (first: number, last: number, kept: readonly number[]) =>
  encodeBatch({
    firstOffset: first,
    lastOffsetDelta: last - first,
    records: kept.map((offset) => encodeRecord({ offsetDelta: offset - first, key: null, value: 'v' })),
  })

const partition = (index: number, batches: readonly Buffer[]) =>
  new Encoder()
    .writeInt32(index)
    .writeInt16(0)
    .writeInt64(100)
    .writeInt64(100)
    .writeInt64(0)
    .writeInt32(0)
    .writeInt32(-1)
    .writeBytes(Buffer.concat(batches)).buffer

/** The answer to a fetch, with the batches of each partition. */
function decodeFetch(partitions: readonly (readonly Buffer[])[]) {
  const head = new Encoder()
    .writeInt32(0)
    .writeInt16(0)
    .writeInt32(0)
    .writeInt32(1)
    .writeString('orders')
    .writeInt32(partitions.length).buffer
  return decode(Buffer.concat([head, ...partitions.map((batches, index) => partition(index, batches))]))
}

/** What a reader makes of a fetch from `offset`. */
async function fetched(offset: number, batches: readonly Buffer[]) {
  const { responses } = await decodeFetch([batches])
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

const oneRecord = async (offset: number, value: Buffer) => {
  const records = [encodeRecord({ offsetDelta: 0, key: null, value })]
  return (await encodeBatch({ firstOffset: offset, lastOffsetDelta: 0, records })).buffer
}
const manyRecords = async (count: number) => {
  const records = Array.from({ length: count }, (_, offsetDelta) =>
    encodeRecord({ offsetDelta, key: null, value: null }),
  )
  return (await encodeBatch({ firstOffset: 0, lastOffsetDelta: count - 1, records })).buffer
}
const countsIn = async (partitions: readonly (readonly Buffer[])[]) => {
  const { responses } = await decodeFetch(partitions)
  return responses[0].partitions.map(({ messages }) => messages.length)
}

test('of a fetch no more than 32 MB are read, and one batch at least; the rest is left to the next one', async () => {
  const [first, second, third] = await Promise.all(
    [0, 1, 2].map((offset) => oneRecord(offset, Buffer.alloc(17_000_000))),
  )
  const large = await oneRecord(0, Buffer.alloc(40_000_000))
  const small = await oneRecord(0, Buffer.alloc(1))
  expect(await countsIn([[first, second, third], [small], []] as Buffer[][])).toEqual([2, 0, 0])
  expect(await countsIn([[], [large, small], [small]])).toEqual([0, 1, 0])
  expect(await countsIn([[small], [small]])).toEqual([1, 1])
})

test('of a fetch no more than 200,000 records are read, however small', async () => {
  const many = await manyRecords(110_000)
  expect(await countsIn([[many], [many], [many]])).toEqual([110_000, 110_000, 0])
})

test('a batch that is cut off is left to the next fetch', async () => {
  const [first, second] = [(await toBatch(0, 0, [0])).buffer, (await toBatch(1, 1, [1])).buffer]
  const cut = await fetched(0, [first, second.subarray(0, -1)])
  expect([cut.offsets, cut.last]).toEqual([[0], 0])
})

test('a batch that cannot be unpacked is named with its place; what is before it is read first', async () => {
  const [good, bad] = [(await toBatch(0, 0, [0])).buffer, (await toBatch(1, 4, [1])).buffer]
  bad.writeInt16BE(3, 21) // says lz4
  const before = await fetched(0, [good, bad])
  expect([before.offsets, before.last]).toEqual([[0], 0])
  const { unreadable } = await decodeRecordSet(new Decoder(new Encoder().writeBytes(bad).buffer))
  expect(unreadable).toEqual({
    offset: 1n,
    lastOffset: 4n,
    error: expect.objectContaining({ message: 'broken lz4 data: it is no frame' }) as Error,
  })
})

/** A record set of one batch at offset 42 that cannot be decoded, and what follows the set. */
function brokenSet(magic: number) {
  const set = Buffer.alloc(61)
  set.writeBigInt64BE(42n, 0)
  set.writeInt32BE(49, 8)
  set.writeInt8(magic, 16)
  // In the first format: gzip, no key, a value of three zeros.
  set.writeInt8(1, 17)
  set.writeInt32BE(-1, 18)
  set.writeInt32BE(3, 22)
  return new Decoder(new Encoder().writeBytes(set).writeInt32(7).buffer) as {
    readonly readInt32: () => number
  }
}

test.each([
  ['a format to come', 3],
  ['the first format, broken', 0],
])('%s is unreadable from its offset on, and the next partition is read', async (_what, magic) => {
  const bytes = brokenSet(magic)
  const records = await decodeRecordSet(bytes)
  expect(records).toHaveLength(0)
  expect(records.unreadable).toMatchObject({
    offset: 42n,
    lastOffset: 42n,
    error: expect.any(Error) as unknown,
  })
  expect(bytes.readInt32()).toBe(7)
})
