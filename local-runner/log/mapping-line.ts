import { cutText } from '../journal/cut-text.ts'
import type { MappingEvent } from '../journal/mapping-events.ts'

/** Known from the line's beginning, or too long for it. */
const LEFT_OUT = new Set(['at', 'name', 'functionName', 'topic', 'memberId', 'added', 'lost'])

const lineOf = (atMs: number, text: string) => `${new Date(atMs).toISOString()}\t[mapping]\t${text}`

function describe(entry: MappingEvent): string {
  const fields = Object.entries(entry)
    .filter(([field]) => !LEFT_OUT.has(field))
    .map(([field, value]) => `${field}=${cutText(String(JSON.stringify(value)))}`)
  return [entry.name, ...fields].join(' ')
}

/** One terminal line for an event of a mapping, or none: batches that succeed show as the function's own lines. */
export function mappingLine(entry: MappingEvent & { readonly at: number }): string | undefined {
  switch (entry.name) {
    case 'batch.retrying':
    case 'batch.split':
    case 'batch.exhausted':
    case 'batch.discarded':
    case 'batch.throttled':
    case 'batch.defect':
    case 'consumer.crashed':
    case 'schema-registry.failed':
    case 'destination.payload-omitted':
    case 'destination.failed':
    case 'lag.unknown':
    case 'offsets.reset':
    case 'offsets.unknown':
    case 'offsets.commit-failed':
    case 'partitions.assigned':
    case 'partition.unreadable':
    case 'record.skipped':
      return lineOf(entry.at, describe(entry))
    case 'mapping.log':
      return lineOf(entry.at, entry.line)
    case 'batch.closed':
    case 'batch.succeeded':
    case 'consumer.stop-failed':
    case 'fetching.paused':
    case 'offsets.committed':
    case 'partitions.positioned':
    case 'partitions.revoked':
    case 'pollers.scaled':
      return undefined
    default:
      return entry satisfies never
  }
}
