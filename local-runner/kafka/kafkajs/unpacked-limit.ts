/**
 * A megabyte of zstd can hold gigabytes of zeros; the batches of real producers unpack to some tens of megabytes at most
 * (Java's and librdkafka's default is 16 kB and 1 MB before compression).
 */
export const MAX_UNPACKED_BYTES = 128 * 1024 * 1024

export const tooLarge = (): Error =>
  new Error(`they unpack to more than ${MAX_UNPACKED_BYTES / 1024 / 1024} MiB`)
