import type { Kafka } from 'kafkajs'
import { createLogReader, type Place } from '../kafka/log-reader.ts'
import type { DeadLetter, Found, Unreadable } from './dead-letter.ts'
import { discard, type DiscardReport, type DiscardRequest } from './discard.ts'
import { keepSkipped, type KeptCopy, lastSkippedWith, type Skipped } from './keep-skipped.ts'
import { noteKeyOf, type Notes, NOTES_TOPIC, readNotes } from './notes.ts'
import { findDeadLetter, placeOf, readDeadLetters, type ReadDeps } from './read-dead-letters.ts'
import { redrive, type RedriveReport, type RedriveRequest } from './redrive.ts'

export interface DeadLetterTopic {
  readonly topic: string
  readonly total: number
  /** Neither redriven nor discarded yet. */
  readonly waiting: number
  /** Why the numbers are too low. */
  readonly problem?: string
}

/** Operations on dead letters; the same ones in the CLI and over HTTP. */
export interface DeadLetters {
  /** The topics called `*.dlq` and `*.failed`. */
  readonly list: () => Promise<readonly DeadLetterTopic[]>
  /** All records of one dead-letter topic of any name, by partition and offset, from behind the id `after`. */
  readonly show: (topic: string, after?: string) => AsyncIterable<Found>
  readonly find: (topic: string, id: string) => Promise<Found | undefined>
  readonly redrive: (request: RedriveRequest) => Promise<RedriveReport>
  readonly discard: (request: DiscardRequest) => Promise<DiscardReport>
  /** The last offset that is skipped with a record, as no reader can read its batch; else its own. */
  readonly lastSkippedWith: (place: Place) => Promise<bigint>
  /** Keeps a copy of a record that a group is about to skip. */
  readonly keepSkipped: (skipped: Skipped) => Promise<KeptCopy>
  /** Interrupts a redrive between two transactions, and what reads. */
  readonly close: () => Promise<void>
}

export class UnknownTopicError extends Error {}

const IS_DEAD_LETTER_TOPIC = /\.(dlq|failed)$/

function withNote(one: DeadLetter | Unreadable, notes: Notes): Found {
  const note = notes.get(noteKeyOf(one))
  if (note?.kind !== 'discarded') return { ...one, isRedriven: note !== undefined }
  return { ...one, isRedriven: false, discarded: { at: note.at, reason: note.reason } }
}

export function createDeadLetters(kafka: Kafka): DeadLetters {
  const admin = kafka.admin()
  const committed = createLogReader(kafka)
  const uncommitted = createLogReader(kafka, { isolation: 'read_uncommitted' })
  const closing = new AbortController()
  const reader: ReadDeps['reader'] = {
    fetch: async (place) => {
      closing.signal.throwIfAborted()
      return committed.fetch(place)
    },
  }
  let connected: Promise<void> | undefined
  const topics = async () => {
    connected ??= admin.connect().catch((error: unknown) => {
      connected = undefined
      throw error
    })
    await connected
    return new Set(await admin.listTopics())
  }
  const assertExists = async (topic: string) => {
    const existing = await topics()
    if (existing.has(topic)) return
    const known = [...existing].filter((name) => IS_DEAD_LETTER_TOPIC.test(name)).sort()
    throw new UnknownTopicError(
      `There is no topic "${topic}". Dead-letter topics: ${known.join(', ') || 'none'}.`,
    )
  }
  const readableNotes = async (): Promise<Notes> =>
    (await topics()).has(NOTES_TOPIC) ? readNotes(reader) : new Map()
  /** Waits for the open transactions of other topics' commands, as notes may lie behind them. */
  const allNotes = async (): Promise<Notes> => {
    if (!(await topics()).has(NOTES_TOPIC)) return new Map()
    return readNotes(reader, (await uncommitted.ends(NOTES_TOPIC, [0])).get(0))
  }
  const deps = { kafka, admin, reader }

  async function* show(topic: string, after?: string): AsyncGenerator<Found> {
    await assertExists(topic)
    const notes = await readableNotes()
    for await (const one of readDeadLetters(topic, deps, after === undefined ? undefined : placeOf(after)))
      yield withNote(one, notes)
  }

  /** For a decision about them, so with all notes. */
  async function* findAll(topic: string, ids: readonly string[] | undefined): AsyncGenerator<Found> {
    const notes = await allNotes()
    if (ids === undefined) {
      for await (const one of readDeadLetters(topic, deps)) yield withNote(one, notes)
      return
    }
    for (const id of new Set(ids)) {
      const one = await findDeadLetter(topic, id, deps)
      if (one !== undefined) yield withNote(one, notes)
    }
  }

  async function count(topic: string): Promise<DeadLetterTopic> {
    let [total, waiting] = [0, 0]
    let problem: string | undefined
    try {
      for await (const one of show(topic)) {
        if ('digest' in one && one.digest === undefined) problem ??= `${one.id}: ${one.problem}`
        total += 1
        if (!one.isRedriven && one.discarded === undefined) waiting += 1
      }
    } catch (error) {
      problem = String(error)
    }
    return { topic, total, waiting, ...(problem !== undefined && { problem }) }
  }

  return {
    show,
    find: async (topic, id) => {
      await assertExists(topic)
      const one = await findDeadLetter(topic, id, deps)
      return one && withNote(one, await readableNotes())
    },
    list: async () => {
      const names = [...(await topics())].filter((name) => IS_DEAD_LETTER_TOPIC.test(name)).sort()
      const lists: DeadLetterTopic[] = []
      for (const topic of names) lists.push(await count(topic))
      return lists
    },
    redrive: async (request) => {
      await assertExists(request.topic)
      return redrive(request, { ...deps, find: findAll, signal: closing.signal })
    },
    discard: async (request) => {
      await assertExists(request.topic)
      return discard(request, { ...deps, find: findAll })
    },
    lastSkippedWith: async (place) => {
      await topics()
      return lastSkippedWith(place, deps)
    },
    keepSkipped: async (skipped) => keepSkipped(skipped, deps, await topics()),
    close: async () => {
      closing.abort(new Error('It was interrupted: run the command again to continue.'))
      await Promise.all([connected && admin.disconnect(), committed.close(), uncommitted.close()])
    },
  }
}
