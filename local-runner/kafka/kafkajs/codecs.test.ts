import { gzipSync, zstdCompressSync } from 'node:zlib'
import { CompressionCodecs, CompressionTypes } from 'kafkajs'
import { compress } from 'snappyjs'
import { expect, test } from 'vitest'
import { installCodecs } from './codecs.ts'
import { MAX_UNPACKED_BYTES } from './unpacked-limit.ts'

installCodecs()

type Codec = Exclude<CompressionTypes, CompressionTypes.None>
const unpack = (type: Codec, packed: Buffer) =>
  (CompressionCodecs[type]() as { decompress: (packed: Buffer) => Promise<Buffer> }).decompress(packed)

const uint32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
/** Flags, block size 64 kB, a header checksum that nobody compares. */
const lz4Frame = (flags: number, ...rest: readonly Buffer[]) =>
  Buffer.concat([uint32(0x184d2204), Buffer.from([flags, 0x40, 0]), ...rest])
const INDEPENDENT = 0x60
const end = uint32(0)
const stored = (data: Buffer) => Buffer.concat([uint32(0x8000_0000 + data.length), data])
const packed = (...bytes: readonly number[]) => Buffer.concat([uint32(bytes.length), Buffer.from(bytes)])

const javaSnappy = (...blocks: readonly Buffer[]) =>
  Buffer.concat([
    Buffer.from('\x82SNAPPY\0\0\0\0\x01\0\0\0\x01', 'latin1'),
    ...blocks.flatMap((block) => [uint32(block.length).reverse(), block]),
  ])

test.each([
  ['gzip', CompressionTypes.GZIP, gzipSync('hello')],
  ['zstd', CompressionTypes.ZSTD, zstdCompressSync('hello')],
  ['snappy as librdkafka writes it', CompressionTypes.Snappy, compress(Buffer.from('hello'))],
  [
    'snappy as Java writes it',
    CompressionTypes.Snappy,
    javaSnappy(compress(Buffer.from('he')), compress(Buffer.from('llo'))),
  ],
  ['lz4, a stored block', CompressionTypes.LZ4, lz4Frame(INDEPENDENT, stored(Buffer.from('hello')), end)],
  [
    'lz4 with checksums',
    CompressionTypes.LZ4,
    lz4Frame(0x74, stored(Buffer.from('hel')), end, stored(Buffer.from('lo')), end, end, end),
  ],
] as const)('%s', async (_name, type, bytes) => {
  expect((await unpack(type, bytes)).toString()).toBe('hello')
})

test('lz4 repeats what it has written, across blocks and over itself', async () => {
  const frame = lz4Frame(
    0x40,
    stored(Buffer.from('ab')),
    // no literals, 4 + 15 + 255 + 1 bytes from 2 before; then one literal
    packed(0x0f, 2, 0, 255, 1, 0x10, 33),
    end,
  )
  expect((await unpack(CompressionTypes.LZ4, frame)).toString()).toBe(`ab${'ab'.repeat(137)}a!`)
})

test('lz4 grows with its content', async () => {
  const block = Buffer.alloc(64 * 1024, 'x')
  const frame = lz4Frame(INDEPENDENT, ...Array.from({ length: 20 }, () => stored(block)), end)
  expect(await unpack(CompressionTypes.LZ4, frame)).toEqual(Buffer.alloc(20 * 64 * 1024, 'x'))
})

test.each([
  ['no frame', Buffer.from('hello world')],
  ['cut off', lz4Frame(INDEPENDENT, packed(0xf0, 255))],
  ['literals behind the end', lz4Frame(INDEPENDENT, packed(0x50, 1), end)],
  ['a reference before the beginning', lz4Frame(INDEPENDENT, packed(0x10, 65, 9, 0), end)],
  [
    'a block that is longer than blocks are',
    lz4Frame(INDEPENDENT, packed(0x1f, 65, 1, 0, ...Array<number>(2000).fill(255), 0), end),
  ],
])('broken lz4 is refused: %s', async (_name, bytes) => {
  await expect(unpack(CompressionTypes.LZ4, bytes)).rejects.toThrow()
})

const BOMB = Buffer.alloc(MAX_UNPACKED_BYTES + 1)
const lz4Zeros = packed(0x1f, 0, 1, 0, ...Array<number>(256).fill(255), 0)

test.each([
  ['gzip', CompressionTypes.GZIP, () => gzipSync(BOMB, { level: 1 })],
  ['zstd', CompressionTypes.ZSTD, () => zstdCompressSync(BOMB)],
  ['snappy', CompressionTypes.Snappy, () => Buffer.from([0x81, 0x80, 0x80, 0x40, 0])],
  [
    'snappy in blocks',
    CompressionTypes.Snappy,
    () => javaSnappy(...Array<Buffer>(3).fill(compress(Buffer.alloc(50_000_000)))),
  ],
  ['lz4', CompressionTypes.LZ4, () => lz4Frame(INDEPENDENT, ...Array<Buffer>(2100).fill(lz4Zeros), end)],
] as const)('what unpacks to more than 128 MiB is refused: %s', async (_name, type, bytes) => {
  await expect(unpack(type, bytes())).rejects.toThrow('more than 128 MiB')
})
