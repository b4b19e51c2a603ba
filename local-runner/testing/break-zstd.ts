import { CompressionCodecs, CompressionTypes } from 'kafkajs'
import { onTestFinished } from 'vitest'

/** Until what it returns is called, or the test ends, no reader in this process can unpack zstd. */
export function breakZstd() {
  const { [CompressionTypes.ZSTD]: codec } = CompressionCodecs
  const broken = { decompress: () => Promise.reject(new Error('broken zstd data')) }
  Object.assign(CompressionCodecs, { [CompressionTypes.ZSTD]: () => broken })
  const restore = () => void Object.assign(CompressionCodecs, { [CompressionTypes.ZSTD]: codec })
  onTestFinished(restore)
  return restore
}
