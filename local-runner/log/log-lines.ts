import { isMappingEvent } from '../journal/events.ts'
import type { JournalEntry } from '../journal/journal.ts'
import { jsonLogLines } from './json-log-lines.ts'
import { textLogLines } from './text-log-lines.ts'

/** Lambda's log lines for one journal entry, in the format of its function; empty for what Lambda does not log. */
export function logLines(entry: JournalEntry): readonly string[] {
  if (isMappingEvent(entry)) return []
  switch (entry.name) {
    case 'log':
      return [entry.line]
    case 'environment.starting':
    case 'environment.init':
    case 'invocation.started':
    case 'invocation.finished':
      return entry.logging.logFormat === 'JSON' ? jsonLogLines(entry) : textLogLines(entry)
    case 'environment.ended':
    case 'http.answered':
    case 'http.invalid-answer':
    case 'authorizer.failed':
    case 'build.finished':
    case 'build.failed':
    case 'build.recovered':
    case 'spare.ready':
    case 'asynchronous.finished':
    case 'asynchronous.delivered':
    case 'asynchronous.dead-lettered':
    case 'asynchronous.undelivered':
    case 'asynchronous.undone':
    case 'kafka.client':
      return []
  }
}
