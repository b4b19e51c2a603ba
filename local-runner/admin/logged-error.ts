import * as z from 'zod'
import type { JournalEntry } from '../journal/journal.ts'

export interface FailedInvocation {
  readonly requestId: string
  readonly partition: number
  readonly offset: number
}

const MAX_CHARACTERS = 500
/** Longer lines are not parsed, only cut. */
const MAX_PARSED_CHARACTERS = 100_000
const MAX_CAUSES = 5

const errorShape = z.object({
  code: z.string().optional(),
  name: z.string().default('Error'),
  message: z.string(),
  cause: z.unknown().optional(),
})
/** A line of `kafkaBatch` (shared/middleware), or of any function that writes an `error`. */
const content = z.object({
  partition: z.number().optional(),
  offset: z.number().optional(),
  message: z.unknown().optional(),
  error: z.unknown().optional(),
})

/**
 * What the function wrote about a record that it did not take. A partial batch response names records but no reasons, so
 * the log is the only place that has one.
 */
export function loggedError(
  entries: readonly JournalEntry[],
  { requestId, partition, offset }: FailedInvocation,
): string | undefined {
  let last: string | undefined
  for (const entry of entries.toReversed()) {
    if (entry.name !== 'log' || !entry.line.includes('ERROR')) continue
    if ((entry.requestId ?? requestId) !== requestId) continue
    if (entry.requestId === undefined && !entry.line.includes(requestId)) continue
    const parsed = parseLine(entry.line)
    if (parsed.partition === partition && parsed.offset === offset) return parsed.text
    last ??= parsed.text
  }
  return last
}

interface ParsedLine {
  readonly text: string
  readonly partition?: number | undefined
  readonly offset?: number | undefined
}

function parseLine(line: string): ParsedLine {
  // Before the content: nothing in the JSON format, time, request id and level in the text format.
  const start = line.indexOf('{')
  const json = start === -1 || line.length > MAX_PARSED_CHARACTERS ? undefined : parseJson(line.slice(start))
  if (json === undefined) return { text: cut(line.slice(line.indexOf('ERROR') + 'ERROR'.length)) }
  const outer = content.safeParse(json).data
  // Lambda's JSON format puts what the function wrote under `message`.
  const { partition, offset, message, error } = content.safeParse(outer?.message).data ?? outer ?? {}
  return { partition, offset, text: cut(errorText(error) ?? textOf(message)) }
}

function errorText(error: unknown, depth = 0): string | undefined {
  const parsed = errorShape.safeParse(error)
  if (!parsed.success) return undefined
  const { code, name, message, cause } = parsed.data
  const causeText = depth < MAX_CAUSES ? errorText(cause, depth + 1) : undefined
  return `${code ?? name}: ${message}${causeText === undefined ? '' : ` <- ${causeText}`}`
}

const textOf = (message: unknown) => (typeof message === 'string' ? message : (JSON.stringify(message) ?? ''))

const cut = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, MAX_CHARACTERS)

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
