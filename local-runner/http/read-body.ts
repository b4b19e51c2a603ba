import type { IncomingMessage } from 'node:http'

/** Resolves to undefined when the body is longer than `limitBytes`; the rest is read and discarded. */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  const { promise, resolve, reject } = Promise.withResolvers<Buffer | undefined>()
  request
    .on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= limitBytes) chunks.push(chunk)
      else resolve(undefined)
    })
    .on('end', () => resolve(Buffer.concat(chunks)))
    .on('error', reject)
  return promise
}
