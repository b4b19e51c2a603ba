import type { Admin } from 'kafkajs'
import { type LogReader, readLog } from '../kafka/log-reader.ts'
import type { DeadLetter, Unreadable } from './dead-letter.ts'
import { parseDeadLetter } from './parse-dead-letter.ts'

/** Every record of a dead-letter topic. */
export async function readDeadLetters(
  topic: string,
  { admin, reader }: { readonly admin: Admin; readonly reader: LogReader },
): Promise<readonly (DeadLetter | Unreadable)[]> {
  const found: (DeadLetter | Unreadable)[] = []
  for (const { partition, low } of await admin.fetchTopicOffsets(topic)) {
    for await (const message of readLog(reader, { topic, partition, offset: BigInt(low) })) {
      found.push(parseDeadLetter(topic, partition, message))
    }
  }
  return found
}
