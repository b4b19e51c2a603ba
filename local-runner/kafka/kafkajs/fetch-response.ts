import kafkajs from 'kafkajs'
import { type AbortedTransaction, findAborted } from './aborted-records.ts'
import { loadInternal } from './internals.ts'
import type { RecordSet } from './record-set.ts'

interface Partition {
  readonly partition: number
  readonly messages: RecordSet
  /** null: read uncommitted. */
  abortedTransactions: readonly AbortedTransaction[] | null
}

interface Response {
  readonly responses: readonly { readonly topicName: string; readonly partitions: readonly Partition[] }[]
}

interface Protocol {
  decode: (bytes: Buffer) => Promise<Response>
}

/** From the first that knows transactions to the last that kafkajs knows. */
const VERSIONS = [4, 5, 6, 7, 8, 9, 10, 11]

/**
 * Takes the records of aborted transactions out where a fetch is decoded, for every reader. kafkajs does it later, and wrongly:
 * it takes any record whose key is four zero bytes for the end of a transaction, and begins one aborted transaction with each
 * record at most.
 */
export function repairFetchResponses(): void {
  for (const version of VERSIONS) {
    const protocol = loadInternal(`protocol/requests/fetch/v${version}/response`) as Protocol
    const { decode } = protocol
    protocol.decode = async (bytes) => {
      const response = await decode(bytes)
      for (const { topicName, partitions } of response.responses) {
        for (const partition of partitions) complete(topicName, partition)
      }
      return response
    }
  }
}

function complete(topic: string, partition: Partition) {
  const { unreadable } = partition.messages
  if (unreadable !== undefined) {
    throw new kafkajs.KafkaJSNonRetriableError(
      `The records of ${topic}, partition ${partition.partition}, from offset ${unreadable.offset} on cannot be read: ` +
        `${unreadable.error.message}. Nothing behind them is read before they are skipped or deleted.`,
    )
  }
  for (const message of findAborted(partition.messages, partition.abortedTransactions ?? [])) {
    message.isControlRecord = true
  }
  // Nothing is left for kafkajs to find.
  partition.abortedTransactions = []
}
