import { promisify } from 'node:util'
import { gunzip, gzip, zstdDecompress } from 'node:zlib'
import kafkajs from 'kafkajs'
import { unpackLz4 } from './lz4.ts'
import { unpackSnappy } from './snappy.ts'
import { MAX_UNPACKED_BYTES, tooLarge } from './unpacked-limit.ts'

// Node finds no such named exports.
const { CompressionCodecs, CompressionTypes } = kafkajs

const limit = { maxOutputLength: MAX_UNPACKED_BYTES }
const gunzipAsync = promisify(gunzip)
const zstdDecompressAsync = promisify(zstdDecompress)

function clearly(error: unknown): never {
  const isTooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
  throw isTooLarge ? tooLarge() : error
}

interface Codec {
  readonly compress: (encoder: { readonly buffer: Buffer }) => Promise<Buffer>
  readonly decompress: (packed: Buffer) => Promise<Buffer>
}

const readOnly = (decompress: (packed: Buffer) => Buffer | Promise<Buffer>): Codec => ({
  decompress: async (packed) => decompress(packed),
  compress: () => Promise.reject(new Error('This codec is only read here: write with gzip or none.')),
})

const CODECS: Readonly<Record<keyof typeof CompressionCodecs, Codec>> = {
  [CompressionTypes.GZIP]: {
    compress: ({ buffer }) => promisify(gzip)(buffer),
    decompress: (packed) => gunzipAsync(packed, limit).catch(clearly),
  },
  [CompressionTypes.Snappy]: readOnly(unpackSnappy),
  [CompressionTypes.LZ4]: readOnly(unpackLz4),
  [CompressionTypes.ZSTD]: readOnly((packed) => zstdDecompressAsync(packed, limit).catch(clearly)),
}

/** kafkajs reads gzip only, and that without a limit. Its map of codecs is public. */
export function installCodecs(): void {
  for (const [type, codec] of Object.entries(CODECS)) {
    Object.assign(CompressionCodecs, { [type]: () => codec })
  }
}
