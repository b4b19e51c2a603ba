import type { Kafka } from 'kafkajs'

interface Broker {
  readonly fetch: (request: object) => Promise<unknown>
}

/** The part of kafkajs 2.2.4's internal Cluster that is used here. The public API can read only as a member of a group, and
 * asks the controller for what any broker knows. */
export interface Cluster {
  readonly connect: () => Promise<void>
  readonly disconnect: () => Promise<void>
  readonly addTargetTopic: (topic: string) => Promise<void>
  readonly refreshMetadata: () => Promise<void>
  readonly findLeaderForPartitions: (topic: string, partitions: readonly number[]) => Record<string, unknown>
  readonly findBroker: (one: { readonly nodeId: string }) => Promise<Broker>
  readonly brokerPool: { readonly metadata: unknown }
}

const CREATE_CLUSTER = 'private:Kafka:createCluster'
const READ_COMMITTED = 1

/** @throws Error when this version of kafkajs has no such Cluster */
export function createCluster(kafka: Kafka): Cluster {
  const symbol = Object.getOwnPropertySymbols(kafka).find(({ description }) => description === CREATE_CLUSTER)
  if (symbol === undefined)
    throw new Error(`kafkajs has no ${CREATE_CLUSTER} any more: see how to fetch with it`)
  const inner = kafka as unknown as Record<symbol, (options: object) => Cluster>
  const create = inner[symbol]
  if (create === undefined) throw new Error(`${CREATE_CLUSTER} of kafkajs is no function`)
  return create.call(kafka, { allowAutoTopicCreation: false, isolationLevel: READ_COMMITTED })
}
