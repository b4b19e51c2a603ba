import { createHash } from 'node:crypto'
import type { Admin } from 'kafkajs'
import { type LogReader, readLog } from '../kafka/log-reader.ts'
import type { DeadLetter } from './dead-letter.ts'

/** Compacted; one record per redriven dead letter, written in the transaction that redrives it. */
export const REDRIVEN_TOPIC = 'dead-letters.redriven'

/**
 * Identifies a failure, not its copy: a function may write the same dead letter twice, and both have one key. The digest
 * distinguishes a topic that was deleted and created again, in which offsets start again.
 */
export function redrivenKeyOf({ topic, original }: DeadLetter): string {
  const digest = createHash('sha256')
    .update(original.key ?? '-')
    .update('\n')
    .update(original.value ?? '-')
    .digest('hex')
  return `${topic}/${original.topic}-${original.partition}@${original.offset}/${digest.slice(0, 16)}`
}

export async function ensureRedrivenTopic(admin: Admin): Promise<void> {
  await admin.createTopics({
    topics: [
      {
        topic: REDRIVEN_TOPIC,
        numPartitions: 1,
        configEntries: [{ name: 'cleanup.policy', value: 'compact' }],
      },
    ],
    waitForLeaders: true,
  })
}

/** The keys of all redriven dead letters. */
export async function readRedriven(
  reader: LogReader,
  topics: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const keys = new Set<string>()
  if (!topics.has(REDRIVEN_TOPIC)) return keys
  for await (const { key } of readLog(reader, { topic: REDRIVEN_TOPIC, partition: 0, offset: 0n })) {
    if (key !== null) keys.add(key.toString())
  }
  return keys
}
