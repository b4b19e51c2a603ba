import * as z from 'zod'
import { AppError } from './errors.ts'
import { firstOf } from './issues.ts'

export interface InputProblem {
  /** JSON Pointer (RFC 6901) into the body. */
  readonly pointer: string
  readonly detail: string
}

const MAX_PROBLEMS = 100

/** @throws AppError `validation_failed` (422) that lists the problems found, the first hundred if there are more. */
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
    firstOf(
      errors.map(({ pointer, detail }) => `${pointer || '/'}: ${detail}`),
      MAX_PROBLEMS,
    ),
    {
      status: 422,
      extensions: { errors: errors.slice(0, MAX_PROBLEMS) },
    },
  )

const toPointer = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
