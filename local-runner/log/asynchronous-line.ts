import type { JournalEntry } from '../journal/journal.ts'

const text = (value: unknown) => String(value)

/** What a person must see of asynchronous invocations: events that came to nothing. */
export function asynchronousLine(entry: JournalEntry): string | undefined {
  switch (entry.name) {
    case 'asynchronous.finished':
      return entry.condition === 'Success'
        ? undefined
        : `Asynchronous event ${text(entry.requestId)} is given up after ${text(entry.invokeCount)} attempts: ${text(entry.condition)}`
    case 'asynchronous.delivered':
    case 'asynchronous.dead-lettered':
      return `Asynchronous event sent to ${text(entry.destination)}`
    case 'asynchronous.undelivered':
      return `An asynchronous event could not be sent to ${text(entry.destination)}: ${text(entry.reason)}`
    case 'asynchronous.undone':
      return `${text(entry.events)} asynchronous events were still waiting; they are lost with this stop`
    default:
      return undefined
  }
}
