import { promisify } from 'node:util'
import { gunzip, zstdDecompress } from 'node:zlib'
import kafkajs, { CompressionTypes } from 'kafkajs'
import { unpackLz4 } from './lz4.ts'
import { unpackSnappy } from './snappy.ts'
import { MAX_UNPACKED_BYTES, tooLarge } from './unpacked-limit.ts'

const limit = { maxOutputLength: MAX_UNPACKED_BYTES }
const gunzipAsync = promisify(gunzip)
const zstdDecompressAsync = promisify(zstdDecompress)

function clearly(error: unknown): never {
  const isTooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
  throw isTooLarge ? tooLarge() : error
}

const UNPACK: Readonly<
  Record<Exclude<CompressionTypes, CompressionTypes.None>, (packed: Buffer) => Buffer | Promise<Buffer>>
> = {
  [CompressionTypes.GZIP]: (packed) => gunzipAsync(packed, limit).catch(clearly),
  [CompressionTypes.Snappy]: unpackSnappy,
  [CompressionTypes.LZ4]: unpackLz4,
  [CompressionTypes.ZSTD]: (packed) => zstdDecompressAsync(packed, limit).catch(clearly),
}

/** kafkajs reads gzip only, and that without a limit. Its map of codecs is public. */
export function installCodecs(): void {
  for (const [type, decompress] of Object.entries(UNPACK)) {
    const codec = {
      decompress: async (packed: Buffer) => decompress(packed),
      compress: () => Promise.reject(new Error('The runner writes its records uncompressed.')),
    }
    Object.assign(kafkajs.CompressionCodecs, { [type]: () => codec })
  }
}
