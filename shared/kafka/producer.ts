import kafkajs, { type Message } from 'kafkajs'
import { AppError } from '../errors.ts'
import { patchIdleTimer } from './idle-timer.ts'
import type { KafkaConnection } from './kafka-connection.ts'
import { openSession, type ProducerSession } from './producer-session.ts'

export interface OutgoingRecord {
  readonly topic: string
  readonly key: string | Buffer | null
  readonly value: string | Buffer | null
  readonly headers: Readonly<Record<string, string | Buffer | Buffer[]>>
}

export interface RecordProducer {
  /**
   * Resolves when all in-sync replicas have the record. Records sent in one turn of the event loop share one request.
   * @throws AppError `kafka_unavailable`: the record may or may not be stored. RecordTooLargeError: it is not.
   */
  readonly send: (record: OutgoingRecord) => Promise<void>
  readonly close: () => Promise<void>
}

interface Waiting {
  readonly record: OutgoingRecord
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/** The topic takes no record of this size. Not an AppError: only who can send something smaller can do something about it. */
export class RecordTooLargeError extends Error {
  override readonly name = 'RecordTooLargeError'
}

/** Connects on first use, and again after a failure. */
export function createProducer(connection: KafkaConnection, clientId: string): RecordProducer {
  patchIdleTimer()
  let session: ProducerSession | undefined
  let queue: Waiting[] = []

  async function flush(): Promise<void> {
    const batch = queue
    queue = []
    await deliver(batch)
  }

  async function deliver(batch: readonly Waiting[]): Promise<void> {
    const messages = batch.map((waiting) => ({
      waiting,
      topic: waiting.record.topic,
      message: toMessage(waiting.record),
    }))
    session ??= openSession(connection, clientId)
    const current = session
    try {
      const stored = await current.send(messages)
      for (const { waiting, message } of messages) {
        if (stored.has(message)) waiting.resolve()
        else waiting.reject(unavailable(new Error('no acknowledgement for the partition of this record')))
      }
    } catch (error) {
      if (isTooLarge(error)) return refuseTooLarge(batch, error)
      if (!isAnswer(error)) giveUp(current)
      for (const { reject } of batch) reject(unavailable(error))
    }
  }

  /** The limit is for all records of one request to a partition, and the answer does not say which of them are too much. */
  async function refuseTooLarge(batch: readonly Waiting[], cause: unknown): Promise<void> {
    if (batch.length > 1) return void (await Promise.all(batch.map((waiting) => deliver([waiting]))))
    for (const { record, reject } of batch) {
      reject(new RecordTooLargeError(`Topic ${record.topic} takes no record of this size.`, { cause }))
    }
  }

  /**
   * When a broker accepts the connection of kafkajs but does not answer its first request, kafkajs takes it for connected,
   * and every later request fails with "Broker not connected". So a session that has failed is not used again.
   */
  function giveUp(failed: ProducerSession): void {
    if (session !== failed) return
    session = undefined
    failed.close().catch(() => undefined)
  }

  return {
    send: (record) =>
      new Promise((resolve, reject) => {
        if (queue.length === 0) setImmediate(() => void flush())
        queue.push({ record, resolve, reject })
      }),
    close: async () => session?.close(),
  }
}

const toMessage = ({ key, value, headers }: OutgoingRecord): Message => ({
  key,
  value,
  headers: { ...headers },
})

const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'])
const isTooLarge = (error: unknown): boolean =>
  error instanceof kafkajs.KafkaJSProtocolError && TOO_LARGE.has(error.type)

/** Whether a broker replied with an error, such as for a partition with another leader: then the connection is fine. */
const isAnswer = (error: unknown): boolean =>
  error instanceof Error &&
  (error instanceof kafkajs.KafkaJSProtocolError || error.cause instanceof kafkajs.KafkaJSProtocolError)

const unavailable = (cause: unknown): AppError =>
  new AppError('unavailable', 'kafka_unavailable', 'Kafka did not acknowledge the record.', {
    headers: { 'retry-after': '1' },
    cause,
  })
