import { randomUUID } from 'node:crypto'
import { onTestFinished } from 'vitest'
import * as z from 'zod'
import { type Report, startJavaProcess } from './java-process.ts'

export type Compression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'

/** `times` repeats it in Java, so that two million zeros are a short description. */
export interface Part {
  readonly part: string | Buffer
  readonly times: number
}
export type Bytes = string | Buffer | null | readonly Part[]

export interface JavaRecord {
  readonly partition?: number
  readonly key?: Bytes
  readonly value?: Bytes
  /** In this order. */
  readonly headers?: readonly (readonly [name: string, value: Bytes])[]
  readonly timestamp?: number
  /** So many records like this one; default 1. */
  readonly count?: number
}

const places = z.array(z.object({ partition: z.number(), offset: z.number() }))

function toWire(bytes: Bytes | undefined) {
  if (bytes === undefined || bytes === null) return null
  const parts = typeof bytes === 'string' || Buffer.isBuffer(bytes) ? [{ part: bytes, times: 1 }] : bytes
  return parts.map(({ part, times }) => ({ base64: Buffer.from(part).toString('base64'), times }))
}

const toRecord = ({ key, value, headers = [], count = 1, ...rest }: JavaRecord) => ({
  ...rest,
  count,
  key: toWire(key),
  value: toWire(value),
  headers: headers.map(([name, bytes]) => [name, toWire(bytes)]),
})

const fromBase64 = (text: string | null) => (text === null ? null : Buffer.from(text, 'base64'))

/** Kafka's own client, for records and group members that kafkajs would not make. Ends with the test, or when `atEnd` says. */
export async function startJavaClient(
  brokers: readonly string[],
  atEnd: (kill: () => Promise<void>) => void = onTestFinished,
) {
  const members = new Map<string, (report: Report) => void>()
  const java = await startJavaProcess(brokers, (report) => members.get(report.member)?.(report))
  atEnd(java.kill)

  /** A producer; with a transactional id, one that can begin, commit and abort. */
  const createProducer = async ({
    compression = 'none',
    transactionalId,
  }: { readonly compression?: Compression; readonly transactionalId?: string } = {}) => {
    const name = randomUUID()
    await java.ask(name, 'produce', { compression, transactionalId })
    const tell = async (what: string) => void (await java.ask(name, what))
    return {
      /** Sends them in one batch for each partition. Says where the first record of each entry was stored. */
      send: async (topic: string, records: readonly JavaRecord[]) =>
        places.parse(await java.ask(name, 'send', { topic, records: records.map(toRecord) })),
      begin: () => tell('begin'),
      commit: () => tell('commit'),
      abort: () => tell('abort'),
      /** An open transaction is aborted. `kill` of the client leaves it open. */
      close: () => tell('close'),
    }
  }

  return {
    createProducer,
    send: async (topic: string, records: readonly JavaRecord[], compression: Compression = 'none') => {
      const producer = await createProducer({ compression })
      const stored = await producer.send(topic, records)
      await producer.close()
      return stored
    },
    /** Joins a group, and commits what it has received. `assigned` and `received` grow by themselves: poll them. */
    join: async (
      groupId: string,
      topic: string,
      assignors: readonly ('RangeAssignor' | 'RoundRobinAssignor')[] = [
        'RangeAssignor',
        'RoundRobinAssignor',
      ],
    ) => {
      const name = randomUUID()
      const received: {
        readonly partition: number
        readonly offset: number
        readonly key: Buffer | null
        readonly value: Buffer | null
      }[] = []
      let assigned: readonly number[] = []
      let failed: string | undefined
      members.set(name, (report) => {
        if (report.assigned) assigned = report.assigned
        if (report.failed !== undefined) failed = report.failed
        if (!report.record) return
        const { key, value, ...place } = report.record
        received.push({ ...place, key: fromBase64(key), value: fromBase64(value) })
      })
      await java.ask(name, 'join', { groupId, topic, assignors })
      return {
        received,
        /** Of the topic, in ascending order. @throws when the member has failed */
        assigned: () => {
          if (failed !== undefined) throw new Error(`The Java member failed: ${failed}`)
          return assigned.toSorted((a, b) => a - b)
        },
        close: async () => void (await java.ask(name, 'close')),
      }
    },
    kill: java.kill,
  }
}
