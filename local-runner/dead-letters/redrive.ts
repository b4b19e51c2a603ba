import { setTimeout as wait } from 'node:timers/promises'
import type { Admin, Kafka } from 'kafkajs'
import { isTooLarge } from '../kafka/is-too-large.ts'
import { toOrderedHeaders } from '../kafka/kafkajs/ordered-headers.ts'
import type { DeadLetter, Found } from './dead-letter.ts'
import { loadLetters, whyMissing } from './load-letters.ts'
import { noteKeyOf } from './notes.ts'
import { type Plan, planRedrive, type Skipped, tooLarge, withoutTooLarge } from './plan-redrive.ts'
import type { ReadDeps } from './read-dead-letters.ts'
import { type Target, targetsOf } from './targets.ts'
import { toRedriven } from './to-redriven.ts'
import { withNotesWriter, type WriteNotes } from './write-notes.ts'

export interface RedriveRequest {
  readonly topic: string
  /** `<partition>@<offset>` each; undefined means all. */
  readonly ids: readonly string[] | undefined
  /** Replaces the record's value; for one dead letter only. */
  readonly newValue?: Buffer | undefined
  readonly isDryRun: boolean
  readonly ratePerSecond?: number | undefined
}

export interface RedriveReport {
  readonly isDryRun: boolean
  /** In the order they are redriven. */
  readonly redriven: readonly { readonly id: string; readonly to: string }[]
  readonly skipped: readonly Skipped[]
}

export interface RedriveDeps extends ReadDeps {
  readonly kafka: Kafka
  readonly admin: Admin
  /** The dead letters of the topic, as they are now. */
  readonly find: (topic: string, ids: readonly string[] | undefined) => AsyncIterable<Found>
  readonly signal: AbortSignal
}

const MAX_CHUNK = 100
const CHUNK_BYTES = 500_000

function check({ ids, newValue, ratePerSecond }: RedriveRequest): void {
  if (newValue !== undefined && ids?.length !== 1)
    throw new Error('A new value is for one dead letter: name exactly one.')
  if (ratePerSecond !== undefined && !(ratePerSecond > 0)) throw new Error('The rate must be above 0.')
}

async function plan({ topic, ids, newValue }: RedriveRequest, { find, admin }: RedriveDeps) {
  const found = await planRedrive(find(topic, ids), ids, newValue)
  const targets = await targetsOf([...new Set(found.due.map((one) => one.topic))], admin)
  return { ...withoutTooLarge(found, targets), targets }
}

/** How many letters, and how much of them, go into one transaction. */
interface ChunkLimit {
  readonly letters: number
  readonly bytes: number
}

function limitOf(targets: ReadonlyMap<string, Target>, ratePerSecond: number): ChunkLimit {
  return {
    letters: Math.max(1, Math.min(MAX_CHUNK, Math.floor(ratePerSecond / 2))),
    bytes: Math.min(CHUNK_BYTES, ...[...targets.values()].map(({ maxBytes }) => maxBytes)),
  }
}

async function* chunksOf(
  letters: AsyncIterable<DeadLetter>,
  due: Plan['due'],
  limit: ChunkLimit,
): AsyncGenerator<readonly DeadLetter[]> {
  const bytesOf = new Map(due.map(({ id, bytes }) => [id, bytes]))
  let chunk: DeadLetter[] = []
  let chunkBytes = 0
  for await (const letter of letters) {
    const bytes = bytesOf.get(letter.id) ?? 0
    if (chunk.length >= limit.letters || (chunk.length > 0 && chunkBytes + bytes > limit.bytes)) {
      yield chunk
      chunk = []
      chunkBytes = 0
    }
    chunk.push(letter)
    chunkBytes += bytes
  }
  if (chunk.length > 0) yield chunk
}

const moveOf = ({ id, topic, partition }: Plan['due'][number]) => ({ id, to: `${topic}-${partition}` })

/**
 * Writes dead letters back to their original topics, in the order of the originals and once each: a record and the note
 * that it was redriven are one Kafka transaction, so a command that is repeated, killed or run twice at the same time
 * redrives nothing twice.
 */
export async function redrive(request: RedriveRequest, deps: RedriveDeps): Promise<RedriveReport> {
  check(request)
  const { topic, newValue, isDryRun, ratePerSecond = Infinity } = request
  if (isDryRun) {
    const { due, skipped } = await plan(request, deps)
    return { isDryRun, redriven: due.map(moveOf), skipped }
  }
  return withNotesWriter(topic, deps, async (write) => {
    const { due, skipped, targets } = await plan(request, deps)
    const redriven = new Set<string>()
    const refused = new Map<string, Skipped>()
    const send = createSend(write, targets, newValue)
    const letters = loadLetters(topic, due, deps)
    let sent = 0
    for await (const chunk of chunksOf(letters, due, limitOf(targets, ratePerSecond))) {
      if (sent > 0 && ratePerSecond < Infinity)
        await wait((sent / ratePerSecond) * 1000, undefined, { signal: deps.signal })
      deps.signal.throwIfAborted()
      for (const one of await send(chunk)) refused.set(one.id, one)
      for (const { id } of chunk) if (!refused.has(id)) redriven.add(id)
      sent = chunk.length
    }
    const missing = due.map(({ id }) => id).filter((id) => !redriven.has(id) && !refused.has(id))
    return {
      isDryRun,
      redriven: due.filter(({ id }) => redriven.has(id)).map(moveOf),
      skipped: [...skipped, ...refused.values(), ...(await whyMissing(topic, missing, deps))],
    }
  })
}

/** @returns a function that redrives letters together, and returns those that their topic refused as too large */
function createSend(write: WriteNotes, targets: ReadonlyMap<string, Target>, newValue: Buffer | undefined) {
  const toMessage = (letter: DeadLetter) => {
    const { topic, partition } = letter.original
    const record = toRedriven(letter, newValue)
    const isThere = partition < (targets.get(topic)?.partitionCount ?? 0)
    return { ...record, headers: toOrderedHeaders(record.headers), ...(isThere && { partition }) }
  }
  const send = async (letters: readonly DeadLetter[]): Promise<readonly Skipped[]> => {
    const at = new Date().toISOString()
    const byTopic = Map.groupBy(letters, ({ original }) => original.topic)
    const notes = letters.map((letter) => ({
      key: noteKeyOf(letter),
      value: JSON.stringify({ at, id: letter.id, edited: newValue !== undefined }),
    }))
    try {
      await write(
        notes,
        [...byTopic].map(([topic, same]) => ({ topic, messages: same.map(toMessage) })),
      )
      return []
    } catch (error) {
      if (!isTooLarge(error)) throw error
      const [first, ...others] = letters
      if (first === undefined) return []
      // Where the broker's limit is not the one that was read.
      if (others.length === 0) return [tooLarge(first.id, first.original.topic, String(error))]
      const refused: Skipped[] = []
      for (const one of letters) refused.push(...(await send([one])))
      return refused
    }
  }
  return send
}
