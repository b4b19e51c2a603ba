import { crc32 } from '@node-rs/crc32'
import { greeting } from './greeting.ts'

export const handler = async () => ({ greeting, checksum: crc32(greeting) })
