import { createHash } from 'node:crypto'
import type { Admin } from 'kafkajs'
import * as z from 'zod'
import { type LogReader, readLog } from '../kafka/log-reader.ts'
import type { DeadLetter, Unreadable } from './dead-letter.ts'

/** Compacted; one record per dead letter that was redriven or discarded. */
export const NOTES_TOPIC = 'dead-letters.redriven'

/** What was done with a dead letter. */
export type Note =
  { readonly kind: 'redriven' } | { readonly kind: 'discarded'; readonly at: string; readonly reason: string }

const discardNote = z.object({ discarded: z.literal(true), at: z.string(), reason: z.string() })

/** Of a record's key and value. */
export const digestOf = ({ key, value }: { readonly key: Buffer | null; readonly value: Buffer | null }) =>
  createHash('sha256')
    .update(key ?? '-')
    .update('\n')
    .update(value ?? '-')
    .digest('hex')
    .slice(0, 16)

/**
 * Identifies a failure, not its copy: a function may write the same dead letter twice, and both have one key. The digest
 * distinguishes a topic that was deleted and created again, in which offsets start again.
 */
export function noteKeyOf(one: DeadLetter | Unreadable): string {
  if (!('original' in one)) return `${one.topic}/${one.id}/${one.digest ?? ''}`
  const { topic, original } = one
  return `${topic}/${original.topic}-${original.partition}@${original.offset}/${digestOf(original)}`
}

export async function ensureNotesTopic(admin: Admin): Promise<void> {
  await admin.createTopics({
    topics: [
      {
        topic: NOTES_TOPIC,
        numPartitions: 1,
        configEntries: [{ name: 'cleanup.policy', value: 'compact' }],
      },
    ],
    waitForLeaders: true,
  })
}

function parseNote(value: Buffer | null): Note {
  try {
    const { data } = discardNote.safeParse(JSON.parse(value?.toString() ?? ''))
    if (data !== undefined) return { kind: 'discarded', at: data.at, reason: data.reason }
  } catch {
    // Not JSON: not a discard.
  }
  return { kind: 'redriven' }
}

export type Notes = ReadonlyMap<string, Note>

/** The notes of all dead letters, by `noteKeyOf`; without `end`, those before the first open transaction. */
export async function readNotes(reader: Pick<LogReader, 'fetch'>, end?: bigint): Promise<Notes> {
  const notes = new Map<string, Note>()
  for await (const { key, value } of readLog(reader, { topic: NOTES_TOPIC, partition: 0, offset: 0n }, end)) {
    if (key !== null) notes.set(key.toString(), parseNote(value))
  }
  return notes
}
