import type { Kafka } from 'kafkajs'
import { createLogReader, type LogReader } from '../kafka/log-reader.ts'
import type { DeadLetter, Found, Unreadable } from './dead-letter.ts'
import { discard, type DiscardReport, type DiscardRequest } from './discard.ts'
import { keepSkipped, type KeptCopy, type Skipped } from './keep-skipped.ts'
import { noteKeyOf, type Notes, readNotes } from './notes.ts'
import { findDeadLetter, placeOf, readDeadLetters } from './read-dead-letters.ts'
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
  /** Keeps a copy of a record that a group is about to skip. */
  readonly keepSkipped: (skipped: Skipped) => Promise<KeptCopy>
  /** Interrupts a redrive between two transactions. */
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
  const reader: LogReader = createLogReader(kafka)
  const closing = new AbortController()
  let connected: Promise<void> | undefined
  const topics = async () => {
    connected ??= admin.connect().catch((error: unknown) => {
      connected = undefined
      throw error
    })
    await connected
    return new Set(await admin.listTopics())
  }
  const notesFor = async (topic: string): Promise<Notes> => {
    const existing = await topics()
    if (existing.has(topic)) return readNotes(reader, existing)
    const known = [...existing].filter((name) => IS_DEAD_LETTER_TOPIC.test(name)).sort()
    throw new UnknownTopicError(
      `There is no topic "${topic}". Dead-letter topics: ${known.join(', ') || 'none'}.`,
    )
  }
  const deps = { kafka, admin, reader }

  async function* show(topic: string, after?: string): AsyncGenerator<Found> {
    const notes = await notesFor(topic)
    for await (const one of readDeadLetters(topic, deps, after === undefined ? undefined : placeOf(after)))
      yield withNote(one, notes)
  }

  async function* findAll(topic: string, ids: readonly string[] | undefined): AsyncGenerator<Found> {
    if (ids === undefined) {
      yield* show(topic)
      return
    }
    const notes = await notesFor(topic)
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
      for await (const one of findAll(topic, [id])) return one
      return undefined
    },
    list: async () => {
      const names = [...(await topics())].filter((name) => IS_DEAD_LETTER_TOPIC.test(name)).sort()
      const lists: DeadLetterTopic[] = []
      for (const topic of names) lists.push(await count(topic))
      return lists
    },
    redrive: async (request) => {
      await notesFor(request.topic)
      return redrive(request, { ...deps, find: findAll, signal: closing.signal })
    },
    discard: async (request) => {
      await notesFor(request.topic)
      return discard(request, { ...deps, find: findAll })
    },
    keepSkipped: async (skipped) => keepSkipped(skipped, deps, await topics()),
    close: async () => {
      closing.abort(new Error('The redrive was interrupted: run the command again to continue.'))
      await Promise.all([connected && admin.disconnect(), reader.close()])
    },
  }
}
