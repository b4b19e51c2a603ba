/** Can a retry help? Only `unavailable` says yes; the other three are terminal. */
export type ErrorKind = 'invalid' | 'not_found' | 'conflict' | 'unavailable'

const STATUS = { invalid: 400, not_found: 404, conflict: 409, unavailable: 503 } as const

export interface ErrorDetails {
  /** HTTP status, where the kind's own (400, 404, 409, 503) is not the right one. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Members added to the problem body, such as `errors` or `lines`. */
  readonly extensions?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/** An expected failure. `code` is lower snake case and stands in the README table of the function that throws it. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly kind: ErrorKind
  readonly code: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly extensions: Readonly<Record<string, unknown>>

  constructor(kind: ErrorKind, code: string, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause })
    this.kind = kind
    this.code = code
    this.status = details.status ?? STATUS[kind]
    this.headers = details.headers ?? {}
    this.extensions = details.extensions ?? {}
  }
}

/** Whether no retry can help. A defect (anything that is not an AppError) is not terminal: a fix may be deployed. */
export const isTerminal = (error: unknown): error is AppError =>
  error instanceof AppError && error.kind !== 'unavailable'
