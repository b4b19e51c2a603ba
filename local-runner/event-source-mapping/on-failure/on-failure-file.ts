import { appendFile, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { SendToDestination } from './failure.ts'

/** Stands for an SQS queue, SNS topic or S3 bucket: a file with one document per line, flushed to disk when `send` resolves. */
export function createOnFailureFile(
  path: string,
  toDocument: (...arguments_: Parameters<SendToDestination>) => string,
): SendToDestination {
  return async (records, failure) => {
    await mkdir(dirname(path), { recursive: true })
    await appendFile(path, `${toDocument(records, failure)}\n`, { flush: true })
  }
}
