import { appendFile, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { SendToDestination } from './failure.ts'

/** Stands for a queue, a topic of SNS or a bucket: a file with a document per line, on disk when `send` resolves. */
export function createOnFailureFile(
  path: string,
  toDocument: (...arguments_: Parameters<SendToDestination>) => string,
): SendToDestination {
  return async (records, failure) => {
    await mkdir(dirname(path), { recursive: true })
    await appendFile(path, `${toDocument(records, failure)}\n`, { flush: true })
  }
}
