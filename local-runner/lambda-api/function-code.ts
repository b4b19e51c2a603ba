import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import type { CodeFacts } from './function-configuration.ts'

/** Reads what the Lambda API tells of a zip. @param path absolute */
export async function readCodeFacts(path: string): Promise<CodeFacts> {
  const [bytes, { mtimeMs }] = await Promise.all([readFile(path), stat(path)])
  return {
    sha256: createHash('sha256').update(bytes).digest('base64'),
    sizeBytes: bytes.length,
    modifiedAtEpochMs: mtimeMs,
    location: pathToFileURL(path).href,
  }
}
