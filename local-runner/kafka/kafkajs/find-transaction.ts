import { createRequire } from 'node:module'
import type { Kafka } from 'kafkajs'
import * as z from 'zod'
import { createCluster } from './cluster.ts'

/** A transaction that its coordinator has not ended. */
export interface FoundTransaction {
  readonly transactionalId: string
  readonly startedMs: number
  /** After this time its coordinator aborts it. */
  readonly timeoutMs: number
}

/** The parts of kafkajs 2.2.4's encoder and decoder that are used here. */
interface Encoder {
  readonly writeUVarInt: (value: number) => Encoder
  readonly writeInt64: (value: string) => Encoder
  readonly writeUVarIntString: (value: string) => Encoder
}
interface Decoder {
  readonly readTaggedFields: () => unknown
  readonly readInt16: () => number
  readonly readInt32: () => number
  readonly readInt64: () => { readonly toString: () => string }
  readonly readUVarIntString: () => string | null
  readonly readUVarIntArray: <T>(read: (decoder: Decoder) => T) => readonly T[]
}
type Send = <T>(request: {
  readonly request: {
    readonly apiKey: number
    readonly apiVersion: number
    readonly apiName: string
    readonly encode: () => Promise<Encoder>
  }
  readonly response: {
    readonly decode: (data: Buffer) => Promise<T>
    readonly parse: (data: T) => Promise<T>
  }
}) => Promise<T>

const load = createRequire(import.meta.url)
const NewEncoder = load('kafkajs/src/protocol/encoder') as new () => Encoder
const NewDecoder = load('kafkajs/src/protocol/decoder') as new (data: Buffer) => Decoder

const metadata = z.object({ brokers: z.array(z.object({ nodeId: z.number() })) })

/** A request in Kafka's flexible form (KIP-482): tagged fields, none here, end its header and its body. */
function ask<T>(
  send: Send,
  api: { readonly apiKey: number; readonly apiName: string },
  { write, read }: { readonly write: (to: Encoder) => Encoder; readonly read: (from: Decoder) => T },
): Promise<T> {
  return send({
    request: {
      ...api,
      apiVersion: 0,
      encode: async () => write(new NewEncoder().writeUVarInt(0)).writeUVarInt(0),
    },
    response: {
      decode: async (data) => {
        const decoder = new NewDecoder(data)
        decoder.readTaggedFields()
        decoder.readInt32() // throttle time
        return read(decoder)
      },
      parse: async (data) => data,
    },
  })
}

const listTransactionalIds = (send: Send, producerId: string) =>
  ask(
    send,
    { apiKey: 66, apiName: 'ListTransactions' },
    {
      // No filter of states; one producer id.
      write: (to) => to.writeUVarInt(1).writeUVarInt(2).writeInt64(producerId),
      read: (from) => {
        from.readInt16() // error code; there are no transactions with one
        from.readUVarIntArray((one) => one.readUVarIntString()) // unknown states
        return from.readUVarIntArray((one) => {
          const transactionalId = one.readUVarIntString() ?? ''
          one.readInt64() // producer id
          one.readUVarIntString() // state
          one.readTaggedFields()
          return transactionalId
        })
      },
    },
  )

const describe = (send: Send, transactionalId: string) =>
  ask(
    send,
    { apiKey: 65, apiName: 'DescribeTransactions' },
    {
      write: (to) => to.writeUVarInt(2).writeUVarIntString(transactionalId),
      read: (from) => {
        let found: FoundTransaction | undefined
        // Only the first, as only one was asked for: what follows its fields is not read.
        from.readUVarIntArray((one) => {
          if (found !== undefined) return
          one.readInt16() // error code
          one.readUVarIntString() // transactional id
          one.readUVarIntString() // state
          const timeoutMs = one.readInt32()
          found = { transactionalId, timeoutMs, startedMs: Number(one.readInt64().toString()) }
        })
        return found
      },
    },
  )

/**
 * The transaction of a producer, from its coordinator; undefined where no coordinator knows one (then it hangs: nobody will
 * end it). kafkajs has neither ListTransactions nor DescribeTransactions.
 */
export async function findTransaction(
  kafka: Kafka,
  producerId: string,
): Promise<FoundTransaction | undefined> {
  const cluster = createCluster(kafka)
  try {
    await cluster.connect()
    await cluster.refreshMetadata()
    for (const { nodeId } of metadata.parse(cluster.brokerPool.metadata).brokers) {
      const { connectionPool } = await cluster.findBroker({ nodeId: `${nodeId}` })
      const send: Send = (request) => connectionPool.send(request)
      const [transactionalId] = await listTransactionalIds(send, producerId)
      if (transactionalId !== undefined) return await describe(send, transactionalId)
    }
    return undefined
  } finally {
    await cluster.disconnect()
  }
}
