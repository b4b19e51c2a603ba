import * as z from 'zod'
import { AppError } from './errors.ts'

export interface InputProblem {
  /** JSON Pointer (RFC 6901) into the body. */
  readonly pointer: string
  readonly detail: string
}

/** @throws AppError `validation_failed` (422) that lists every problem found. */
export function parseInput<T>(schema: z.ZodType<T>, value: unknown): T {
  const { data, error } = schema.safeParse(value)
  if (error) {
    throw invalidInput(
      error.issues.map(({ path, message }) => ({ pointer: toPointer(path), detail: message })),
    )
  }
  return data
}

export const invalidInput = (errors: readonly InputProblem[]): AppError =>
  new AppError(
    'invalid',
    'validation_failed',
    errors.map(({ pointer, detail }) => `${pointer || '/'}: ${detail}`).join('; '),
    {
      status: 422,
      extensions: { errors },
    },
  )

const toPointer = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/**
 * The form of our ids. Braces would move a Redis key to another slot, a colon could make it the key of another id, and a
 * leading `_` would allow `__proto__`.
 */
export const identifier = (maxLength: number) => pattern(maxLength, '._@-')

export const sku = identifier(64)

/** May contain a colon, as ids of identity providers do: in a key it is alone in its braces or at the end. */
export const customerId = pattern(128, '._:@-')

function pattern(maxLength: number, punctuation: string) {
  return z.string().regex(new RegExp(`^[A-Za-z0-9][A-Za-z0-9${punctuation}]{0,${maxLength - 1}}$`), {
    error: `must be 1 to ${maxLength} letters, digits or ${[...punctuation].join(' ')} and start with a letter or digit`,
  })
}
