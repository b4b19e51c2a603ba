import * as z from 'zod'
import type { JournalEntry } from '../journal/journal.ts'
import { SYSTEM_LOG_LEVELS } from '../lambda/logging.ts'
import { jsonLogLines } from './json-log-lines.ts'
import { textLogLines } from './text-log-lines.ts'

const jsonLogging = z.object({ logFormat: z.literal('JSON'), systemLogLevel: z.enum(SYSTEM_LOG_LEVELS) })

/** Lambda's log lines for one journal entry, in the format of its function; none for what Lambda would not log. */
export function logLines(entry: JournalEntry): readonly string[] {
  const json = entry.logging === undefined ? undefined : jsonLogging.safeParse(entry.logging).data
  return json ? jsonLogLines(entry, json.systemLogLevel) : textLogLines(entry)
}
