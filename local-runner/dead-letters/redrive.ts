import { setTimeout as wait } from 'node:timers/promises'
import kafkajs, { type Admin, type Kafka, type Transaction } from 'kafkajs'
import type { LogReader } from '../kafka/log-reader.ts'
import type { DeadLetter } from './dead-letter.ts'
import { planRedrive, type Skipped } from './plan-redrive.ts'
import { readDeadLetters } from './read-dead-letters.ts'
import { ensureRedrivenTopic, readRedriven, REDRIVEN_TOPIC, redrivenKeyOf } from './redriven-log.ts'
import { toRedrivenMessage } from './to-redriven-message.ts'

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

export interface RedriveDeps {
  readonly kafka: Kafka
  readonly admin: Admin
  readonly reader: LogReader
  readonly signal: AbortSignal
}

const MAX_CHUNK = 100

function check({ ids, newValue, ratePerSecond }: RedriveRequest): void {
  if (newValue !== undefined && ids?.length !== 1)
    throw new Error('A new value is for one dead letter: name exactly one.')
  if (ratePerSecond !== undefined && !(ratePerSecond > 0)) throw new Error('The rate must be above 0.')
}

/** @returns the number of partitions of each original topic @throws when one does not exist any more */
async function targetsOf(due: readonly DeadLetter[], admin: Admin): Promise<ReadonlyMap<string, number>> {
  const names = [...new Set(due.map(({ original }) => original.topic))]
  const existing = new Set(await admin.listTopics())
  const missing = names.filter((name) => !existing.has(name))
  if (missing.length > 0)
    throw new Error(`The topic ${missing.join(', ')} does not exist: create it, then redrive again.`)
  const { topics } = await admin.fetchTopicMetadata({ topics: names })
  return new Map(topics.map(({ name, partitions }) => [name, partitions.length]))
}

/**
 * Writes dead letters back to their original topics, in the order of the originals and once each: a record and the note
 * that it was redriven are one Kafka transaction, so a command that is repeated, killed or run twice at the same time
 * redrives nothing twice. (There is one transactional id per topic: a later command fences an earlier one.)
 */
export async function redrive(request: RedriveRequest, deps: RedriveDeps): Promise<RedriveReport> {
  check(request)
  const { topic, ids, newValue, isDryRun, ratePerSecond = Infinity } = request
  const { kafka, admin, reader, signal } = deps
  const plan = async () => {
    const redriven = await readRedriven(reader, new Set(await admin.listTopics()))
    return planRedrive(await readDeadLetters(topic, deps), ids, redriven)
  }
  const placeOf = ({ id, original }: DeadLetter) => ({ id, to: `${original.topic}-${original.partition}` })
  if (isDryRun) {
    const { due, skipped } = await plan()
    await targetsOf(due, admin)
    return { isDryRun, redriven: due.map(placeOf), skipped }
  }

  await ensureRedrivenTopic(admin)
  const producer = kafka.producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
    transactionalId: `redrive.${topic}`,
    idempotent: true,
    maxInFlightRequests: 1,
  })
  const redriven: { readonly id: string; readonly to: string }[] = []
  await producer.connect()
  let transaction: Transaction | undefined
  try {
    // Before the plan: this fences an earlier command that still runs, so the plan reads all that it did.
    transaction = await producer.transaction()
    const { due, skipped } = await plan()
    const partitionCounts = await targetsOf(due, admin)
    const chunkSize = Math.max(1, Math.min(MAX_CHUNK, Math.floor(ratePerSecond / 2)))
    for (let next = 0; next < due.length; next += chunkSize) {
      signal.throwIfAborted()
      const chunk = due.slice(next, next + chunkSize)
      transaction ??= await producer.transaction()
      await sendChunk(transaction, chunk, newValue, partitionCounts)
      await transaction.commit()
      transaction = undefined
      redriven.push(...chunk.map(placeOf))
      const isLast = next + chunkSize >= due.length
      if (!isLast && ratePerSecond < Infinity)
        await wait((chunk.length / ratePerSecond) * 1000, undefined, { signal })
    }
    return { isDryRun, redriven, skipped }
  } finally {
    // Fails when the transaction is broken or fenced; the broker aborts it then.
    await transaction?.abort().catch(() => undefined)
    await producer.disconnect()
  }
}

async function sendChunk(
  transaction: Transaction,
  chunk: readonly DeadLetter[],
  newValue: Buffer | undefined,
  partitionCounts: ReadonlyMap<string, number>,
): Promise<void> {
  const at = new Date().toISOString()
  const byTopic = Map.groupBy(chunk, ({ original }) => original.topic)
  const topicMessages = [...byTopic].map(([topic, letters]) => ({
    topic,
    messages: letters.map(({ original }) =>
      toRedrivenMessage(original, newValue, partitionCounts.get(topic) ?? 0),
    ),
  }))
  const notes = chunk.map((letter) => ({
    key: redrivenKeyOf(letter),
    value: JSON.stringify({ at, id: letter.id, edited: newValue !== undefined }),
  }))
  const stored = await transaction.sendBatch({
    topicMessages: [...topicMessages, { topic: REDRIVEN_TOPIC, messages: notes }],
  })
  // kafkajs drops a record for a partition it does not know, and resolves (observed with 2.2.4).
  const reached = new Set(stored.map(({ topicName, partition }) => `${topicName}-${partition}`))
  const isMissing = topicMessages.some(({ topic, messages }) =>
    messages.some(({ partition }) => partition !== undefined && !reached.has(`${topic}-${partition}`)),
  )
  if (isMissing || !reached.has(`${REDRIVEN_TOPIC}-0`) || stored.some(({ errorCode }) => errorCode !== 0)) {
    throw new Error(
      `Kafka did not store all records: ${JSON.stringify(stored)}. Redrive again: nothing is redriven twice.`,
    )
  }
}
