import type { Kafka } from 'kafkajs'
import { createLogReader, type LogReader } from '../kafka/log-reader.ts'
import type { DeadLetter, Unreadable } from './dead-letter.ts'
import { readDeadLetters } from './read-dead-letters.ts'
import { redrive, type RedriveReport, type RedriveRequest } from './redrive.ts'
import { readRedriven, redrivenKeyOf } from './redriven-log.ts'

export type Found = (DeadLetter & { readonly isRedriven: boolean }) | Unreadable

export interface DeadLetterTopic {
  readonly topic: string
  readonly total: number
  /** Not redriven yet. */
  readonly waiting: number
}

/** Operations on dead letters; the same ones in the CLI and over HTTP. */
export interface DeadLetters {
  /** The topics called `*.dlq` and `*.failed`. */
  readonly list: () => Promise<readonly DeadLetterTopic[]>
  /** All records of one dead-letter topic of any name, by partition and offset. */
  readonly show: (topic: string) => Promise<readonly Found[]>
  readonly redrive: (request: RedriveRequest) => Promise<RedriveReport>
  /** Interrupts a redrive between two transactions. */
  readonly close: () => Promise<void>
}

export class UnknownTopicError extends Error {}

const IS_DEAD_LETTER_TOPIC = /\.(dlq|failed)$/

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
  const assertExists = async (topic: string) => {
    const existing = await topics()
    if (existing.has(topic)) return existing
    const known = [...existing].filter((name) => IS_DEAD_LETTER_TOPIC.test(name)).sort()
    throw new UnknownTopicError(
      `There is no topic "${topic}". Dead-letter topics: ${known.join(', ') || 'none'}.`,
    )
  }
  const show = async (topic: string): Promise<readonly Found[]> => {
    const redriven = await readRedriven(reader, await assertExists(topic))
    const found = await readDeadLetters(topic, { admin, reader })
    return found.map((one) =>
      'problem' in one ? one : { ...one, isRedriven: redriven.has(redrivenKeyOf(one)) },
    )
  }

  return {
    show,
    list: async () => {
      const names = [...(await topics())].filter((name) => IS_DEAD_LETTER_TOPIC.test(name)).sort()
      const lists: DeadLetterTopic[] = []
      for (const topic of names) {
        const found = await show(topic)
        const waiting = found.filter((one) => 'problem' in one || !one.isRedriven).length
        lists.push({ topic, total: found.length, waiting })
      }
      return lists
    },
    redrive: async (request) => {
      await assertExists(request.topic)
      return redrive(request, { kafka, admin, reader, signal: closing.signal })
    },
    close: async () => {
      closing.abort(new Error('The redrive was interrupted: run the command again to continue.'))
      await Promise.all([connected && admin.disconnect(), reader.close()])
    },
  }
}
