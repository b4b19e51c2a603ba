import { type IHeaders, Kafka, logLevel } from 'kafkajs'

export interface ReadRecord {
  readonly value: string | null
  readonly headers: Readonly<Record<string, string | undefined>>
}

const createKafka = (brokers: readonly string[]) =>
  new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING })

export async function produce(
  brokers: readonly string[],
  topic: string,
  messages: { key: string; value: string | null; headers?: IHeaders }[],
): Promise<void> {
  const producer = createKafka(brokers).producer({ allowAutoTopicCreation: false })
  await producer.connect()
  try {
    await producer.send({ topic, messages })
  } finally {
    await producer.disconnect()
  }
}

/** Reads a topic from its beginning until it has `count` records, of one key or of all. */
export async function consume(
  brokers: readonly string[],
  topic: string,
  count: number,
  key?: string,
): Promise<readonly ReadRecord[]> {
  const consumer = createKafka(brokers).consumer({
    groupId: `e2e-${crypto.randomUUID()}`,
    maxWaitTimeInMs: 250,
  })
  await consumer.connect()
  try {
    await consumer.subscribe({ topic, fromBeginning: true })
    const records: ReadRecord[] = []
    const { promise, resolve } = Promise.withResolvers<void>()
    await consumer.run({
      eachMessage: async ({ message }) => {
        if (key !== undefined && message.key?.toString() !== key) return
        const headers = Object.entries(message.headers ?? {}).map(([name, value]) => [
          name,
          value?.toString(),
        ])
        records.push({
          value: message.value?.toString() ?? null,
          headers: Object.fromEntries(headers) as ReadRecord['headers'],
        })
        if (records.length === count) resolve()
      },
    })
    await promise
    return records
  } finally {
    await consumer.disconnect()
  }
}
