import type { Kafka } from 'kafkajs'
import { sendTimeOf } from './meter.ts'

export interface BareConsumerDeps {
  readonly kafka: Kafka
  readonly topic: string
  readonly groupId: string
  readonly onValues: (sentAtMs: readonly number[]) => void
}

/** A consumer as written without a mapping: eachBatch, JSON.parse, kafkajs' own commits. */
export function createBareConsumer({ kafka, topic, groupId, onValues }: BareConsumerDeps) {
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 250 })
  const joined = Promise.withResolvers<void>()
  consumer.on(consumer.events.GROUP_JOIN, () => joined.resolve())
  return {
    start: async () => {
      await consumer.connect()
      await consumer.subscribe({ topics: [topic], fromBeginning: true })
      await consumer.run({
        eachBatch: async ({ batch }) => {
          onValues(batch.messages.map(({ value }) => sendTimeOf(value?.toString() ?? '')))
        },
      })
      await joined.promise
    },
    stop: () => consumer.disconnect(),
  }
}
