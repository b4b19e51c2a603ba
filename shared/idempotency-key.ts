import { AppError } from './errors.ts'

/** The key, bare or quoted as in the IETF draft: 1 to 255 printable ASCII characters. Undefined without the header. */
export function parseIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined
  const key = /^"(.*)"$/.exec(header.trim())?.[1] ?? header.trim()
  if (!/^[\x20-\x7e]{1,255}$/.test(key)) {
    throw new AppError(
      'invalid',
      'idempotency_key_invalid',
      'Idempotency-Key must be 1 to 255 printable ASCII characters.',
    )
  }
  return key
}
