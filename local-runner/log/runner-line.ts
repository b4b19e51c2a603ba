import { cutText } from '../journal/cut-text.ts'
import { isMappingEvent } from '../journal/events.ts'
import type { JournalEntry } from '../journal/journal.ts'
import { mappingLine } from './mapping-line.ts'

/** What the runner itself shows on the terminal for one journal entry, beside Lambda's log lines; undefined for nothing. */
export function runnerLine(entry: JournalEntry): string | undefined {
  if (isMappingEvent(entry)) return mappingLine(entry)
  switch (entry.name) {
    case 'build.finished':
      return `Built in ${Math.round(entry.durationMs)} ms. From here on this build runs; \`npm run build\` makes the same bytes.`
    case 'build.failed':
      return `The build failed. Calls are answered with this error until it is fixed:\n${entry.message}`
    case 'build.recovered':
      return 'The build succeeds again.'
    case 'asynchronous.finished':
      return entry.condition === 'Success'
        ? undefined
        : `Asynchronous event ${entry.requestId} is given up after ${entry.invokeCount} attempts: ${entry.condition}`
    case 'asynchronous.delivered':
    case 'asynchronous.dead-lettered':
      return `Asynchronous event sent to ${entry.destination}`
    case 'asynchronous.undelivered':
      return `An asynchronous event could not be sent to ${entry.destination}: ${entry.reason}`
    case 'asynchronous.undone':
      return `${entry.events} asynchronous events were still waiting; they are lost with this stop`
    case 'http.invalid-answer':
      return `The answer is no HTTP response, so the client got Internal Server Error: ${cutText(entry.problem)}`
    case 'authorizer.failed':
      return `The authorizer gave no answer to go by, so the client got 500 Internal Server Error: ${cutText(entry.problem)}`
    case 'kafka.client':
      // kafkajs retries what it warns of; what it gives up is an error.
      return entry.level === 'error'
        ? `${new Date(entry.at).toISOString()}\t[kafka]\t${entry.namespace}: ${cutText(entry.message)}`
        : undefined
    case 'environment.starting':
    case 'environment.init':
    case 'environment.ended':
    case 'invocation.started':
    case 'invocation.finished':
    case 'log':
    case 'http.answered':
    case 'spare.ready':
      return undefined
    default:
      return entry satisfies never
  }
}
