import type { JournalEntry } from '../journal/journal.ts'

/** What a person at the terminal wants to know of a mapping; batches that go well show as the function's own lines. */
const SHOWN = new Set([
  'batch.retrying',
  'batch.split',
  'batch.exhausted',
  'batch.discarded',
  'batch.throttled',
  'batch.defect',
  'consumer.crashed',
  'schema-registry.failed',
  'destination.payload-omitted',
  'destination.failed',
  'offsets.reset',
  'offsets.unknown',
  'offsets.commit-failed',
  'partitions.assigned',
])

const LEFT_OUT = new Set(['at', 'name', 'functionName', 'topic', 'memberId', 'added', 'lost'])

/** One line for an event of an event source mapping, or none. */
export function mappingLine(entry: JournalEntry): string | undefined {
  if (!SHOWN.has(entry.name)) return undefined
  const told = Object.entries(entry)
    .filter(([field]) => !LEFT_OUT.has(field))
    .map(([field, value]) => `${field}=${JSON.stringify(value)}`)
  return [`${new Date(entry.at).toISOString()}\t[mapping]\t${entry.name}`, ...told].join(' ')
}
