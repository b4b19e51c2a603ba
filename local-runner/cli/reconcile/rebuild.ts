import { type Described, readersOf, roundsOf, topicsOf } from './describe.ts'
import { createTally, type Findings, parseFindings } from './findings.ts'
import type { LogEnds } from './log-ends.ts'
import type { Progress } from './print-report.ts'
import type { TopicReader } from './topic-reader.ts'

export interface RebuildDeps {
  readonly described: readonly Described[]
  readonly ends: LogEnds
  readonly read: TopicReader['read']
  readonly newProgress: (what: string, total: bigint) => Progress
}

/** Feeds every function the records that rebuild its state, round by round. Safe to repeat from the beginning. */
export async function rebuild({ described, ends, read, newProgress }: RebuildDeps): Promise<Findings> {
  const tally = createTally()
  for (const round of roundsOf(described)) {
    for (const topic of topicsOf(described)) {
      const readers = readersOf(described, topic, round)
      const topicEnds = ends.get(topic)
      if (readers.length === 0 || !topicEnds) continue
      const total = [...topicEnds.values()].reduce((sum, { low, high }) => sum + high - low, 0n)
      const progress = newProgress(`${topic} -> ${readers.map(({ name }) => name).join(', ')}`, total)
      await read(topic, topicEnds, async ({ records, tooLarge, toPayload }) => {
        if (records.length > 0) {
          const payload = toPayload(records)
          const answers = await Promise.all(readers.map(({ ask }) => ask('rebuild', payload)))
          for (const answer of answers) tally.add(parseFindings(answer))
        }
        progress.add(records.length + tooLarge.length)
      })
      progress.done()
    }
  }
  return tally
}
