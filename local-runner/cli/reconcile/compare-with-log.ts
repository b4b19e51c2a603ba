import { compareOnce } from './compare-once.ts'
import { type Described, readersOf, topicsOf } from './describe.ts'
import { createTally, type Findings, parseFindings, type Tally } from './findings.ts'
import type { LogEnds } from './log-ends.ts'
import type { TopicReader } from './topic-reader.ts'

export interface CompareWithLogDeps {
  readonly described: readonly Described[]
  readonly read: TopicReader['read']
}

/** Every function compares its state with the log up to `ends`, record by record and sum by sum. */
export async function compareWithLog(
  ends: LogEnds,
  { described, read }: CompareWithLogDeps,
): Promise<Findings> {
  const all = createTally()
  const byFunction = new Map(described.map(({ reconciled }) => [reconciled, createTally()] as const))

  for (const topic of topicsOf(described)) {
    const readers = readersOf(described, topic).map((reconciled) => ({
      compare: compareOnce(reconciled.ask),
      tally: byFunction.get(reconciled) ?? all,
    }))
    await read(topic, ends.get(topic) ?? new Map(), async (chunk) => {
      for (const place of chunk.tooLarge) all.passOver(place)
      await Promise.all(readers.map(async ({ compare, tally }) => (await compare(chunk)).forEach(tally.add)))
    })
  }
  for (const [{ name, ask }, byLog] of byFunction) {
    const byState = parseFindings(await ask('totals'))
    for (const difference of differencesOfSums(byLog.sums, byState.sums)) all.differ(`${name}: ${difference}`)
    all.add(byLog)
    all.add(byState)
  }
  return all
}

function differencesOfSums(byLog: Tally['sums'], byState: Tally['sums']): readonly string[] {
  return [...new Set([...byLog.keys(), ...byState.keys()])].flatMap((sum) => {
    const [expected, actual] = [byLog.get(sum) ?? 0n, byState.get(sum) ?? 0n]
    return expected === actual ? [] : [`${sum}: ${actual}, by the log ${expected}`]
  })
}
