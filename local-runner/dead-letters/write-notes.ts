import kafkajs, { type Admin, type Kafka, type Message, type RecordMetadata } from 'kafkajs'
import { ensureNotesTopic, NOTES_TOPIC } from './notes.ts'

export interface TopicMessages {
  readonly topic: string
  readonly messages: readonly Message[]
}

/** Writes the notes, and with them other records, in one transaction. */
export type WriteNotes = (notes: readonly Message[], others?: readonly TopicMessages[]) => Promise<void>

/** After this time the broker ends the transaction of a command that was killed: until then it hides what lies behind. */
const TRANSACTION_TIMEOUT_MS = 15_000

/** kafkajs drops a record for a partition it does not know, and resolves (observed with 2.2.4). */
function assertStored(stored: readonly RecordMetadata[], sent: readonly TopicMessages[]): void {
  const reached = new Set(stored.map(({ topicName, partition }) => `${topicName}-${partition}`))
  const isMissing = sent.some(({ topic, messages }) =>
    messages.some(({ partition }) => partition !== undefined && !reached.has(`${topic}-${partition}`)),
  )
  if (isMissing || stored.some(({ errorCode }) => errorCode !== 0)) {
    throw new Error(
      `Kafka did not store all records: ${JSON.stringify(stored)}. Run the command again: nothing is done twice.`,
    )
  }
}

async function openProducer(topic: string, kafka: Kafka) {
  const producer = kafka.producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
    transactionalId: `redrive.${topic}`,
    transactionTimeout: TRANSACTION_TIMEOUT_MS,
    idempotent: true,
    maxInFlightRequests: 1,
  })
  await producer.connect()
  try {
    // The first transaction fences the producers before, and ends what they left open.
    let next: kafkajs.Transaction | undefined = await producer.transaction()
    const begin = async () => {
      const transaction = next ?? (await producer.transaction())
      next = undefined
      return transaction
    }
    return { begin, close: () => producer.disconnect() }
  } catch (error) {
    await producer.disconnect()
    throw error
  }
}

/**
 * Lets `work` write the notes of one dead-letter topic. There is one transactional id per topic, so a later command fences
 * an earlier one that still runs: what `work` reads is all that the earlier one did.
 */
export async function withNotesWriter<Result>(
  topic: string,
  { kafka, admin }: { readonly kafka: Kafka; readonly admin: Admin },
  work: (write: WriteNotes) => Promise<Result>,
): Promise<Result> {
  await ensureNotesTopic(admin)
  let producer: Awaited<ReturnType<typeof openProducer>> | undefined = await openProducer(topic, kafka)
  const write: WriteNotes = async (notes, others = []) => {
    const inOnePartition = notes.map((note) => ({ ...note, partition: 0 }))
    const sent = [...others, { topic: NOTES_TOPIC, messages: inOnePartition }]
    producer ??= await openProducer(topic, kafka)
    const transaction = await producer.begin()
    try {
      const topicMessages = sent.map((one) => ({ ...one, messages: [...one.messages] }))
      assertStored(await transaction.sendBatch({ topicMessages }), sent)
      await transaction.commit()
    } catch (error) {
      // Fails when the transaction is broken or fenced; the broker aborts it then.
      await transaction.abort().catch(() => undefined)
      // kafkajs counts the sequences of a refused request wrongly, those of its other partitions too.
      await producer.close()
      producer = undefined
      throw error
    }
  }
  try {
    return await work(write)
  } finally {
    await producer?.close()
  }
}
