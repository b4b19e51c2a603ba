import type { LogReader, OpenTransaction } from '../../kafka/log-reader.ts'
import type { LogEnds } from './log-ends.ts'

export interface PlacedTransaction extends OpenTransaction {
  readonly topic: string
  readonly partition: number
}

/** The open transactions at the ends of the log: one of each partition, its first. */
export async function findOpenTransactions(
  reader: Pick<LogReader, 'fetch'>,
  ends: LogEnds,
): Promise<readonly PlacedTransaction[]> {
  const open: PlacedTransaction[] = []
  for (const [topic, partitions] of ends) {
    for (const [partition, { high }] of partitions) {
      const { openTransaction } = await reader.fetch({ topic, partition, offset: high })
      if (openTransaction !== undefined) open.push({ topic, partition, ...openTransaction })
    }
  }
  return open
}
