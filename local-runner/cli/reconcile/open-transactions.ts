import type { Kafka } from 'kafkajs'
import * as z from 'zod'
import { createCluster } from '../../kafka/kafkajs/cluster.ts'
import type { LogEnds } from './log-ends.ts'

const READ_COMMITTED = 1

const offset = z.coerce.bigint()
const response = z.object({
  responses: z.tuple([
    z.object({ partitions: z.tuple([z.object({ highWatermark: offset, lastStableOffset: offset })]) }),
  ]),
})

/** Where each partition waits for a transaction to end, as `topic-partition@offset`. */
export async function findOpenTransactions(kafka: Kafka, ends: LogEnds): Promise<readonly string[]> {
  const cluster = createCluster(kafka)
  await cluster.connect()

  /** Reads nothing, but is told how far the partition reaches, with and without open transactions. */
  async function reachOf(topic: string, partition: number, fetchOffset: bigint) {
    await cluster.addTargetTopic(topic)
    const [nodeId = ''] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]))
    const broker = await cluster.findBroker({ nodeId })
    const answer = await broker.fetch({
      isolationLevel: READ_COMMITTED,
      maxWaitTime: 0,
      maxBytes: 1,
      topics: [{ topic, partitions: [{ partition, fetchOffset: `${fetchOffset}`, maxBytes: 1 }] }],
    })
    return response.parse(answer).responses[0].partitions[0]
  }

  try {
    const waiting: string[] = []
    for (const [topic, partitions] of ends) {
      for (const [partition, { high }] of partitions) {
        const { highWatermark, lastStableOffset } = await reachOf(topic, partition, high)
        if (lastStableOffset < highWatermark) waiting.push(`${topic}-${partition}@${lastStableOffset}`)
      }
    }
    return waiting
  } finally {
    await cluster.disconnect()
  }
}
