import { createMskEventFormat } from '../../event-source-mapping/msk-event/msk-event.ts'
import { type Described, readersOf, topicsOf } from './describe.ts'
import { addFindings, type Findings, NOTHING, parseFindings } from './findings.ts'
import type { LogEnds } from './log-ends.ts'
import type { Chunk, TopicReader } from './topic-reader.ts'

export interface CompareWithLogDeps {
  readonly described: readonly Described[]
  readonly read: TopicReader['read']
}

/** Every function compares its state with the log up to `ends`, record by record and sum by sum. */
export async function compareWithLog(
  ends: LogEnds,
  { described, read }: CompareWithLogDeps,
): Promise<Findings> {
  const byFunction = new Map<string, Findings>()
  const note = (name: string, findings: Findings) =>
    byFunction.set(name, addFindings(byFunction.get(name) ?? NOTHING, findings))

  for (const topic of topicsOf(described)) {
    const readers = readersOf(described, topic)
    const isFirst = firstOfEachId(topic)
    await read(topic, ends.get(topic) ?? new Map(), async (chunk, partition) => {
      const payload = isFirst(chunk, partition)
      await Promise.all(
        readers.map(async ({ name, ask }) => note(name, parseFindings(await ask('compare', payload)))),
      )
    })
  }
  const perFunction = await Promise.all(
    described.map(async ({ reconciled: { name, ask } }) =>
      withSums(name, byFunction.get(name) ?? NOTHING, parseFindings(await ask('totals'))),
    ),
  )
  return perFunction.reduce(addFindings, NOTHING)
}

/** Only the first copy of an event counts. Its repeats have the same key, so they are in the same partition. */
function firstOfEachId(topic: string): (chunk: Chunk, partition: number) => string {
  const format = createMskEventFormat(topic, '')
  const seen = new Map<number, Set<string>>()
  return ({ messages }, partition) => {
    const ids = seen.get(partition) ?? new Set<string>()
    seen.set(partition, ids)
    const firsts = messages.filter(({ headers }) => {
      const id = headers?.ce_id?.toString()
      if (id === undefined) return true
      if (ids.has(id)) return false
      ids.add(id)
      return true
    })
    return format.toPayload(firsts.map((message) => format.toRecord(partition, message)))
  }
}

function withSums(name: string, byLog: Findings, byState: Findings): Findings {
  const names = new Set([...byLog.sums.keys(), ...byState.sums.keys()])
  const differences = [...names].flatMap((sum) => {
    const [expected, actual] = [byLog.sums.get(sum) ?? 0n, byState.sums.get(sum) ?? 0n]
    return expected === actual ? [] : [`${name}: ${sum}: ${actual}, by the log ${expected}`]
  })
  return addFindings(addFindings(byLog, byState), { ...NOTHING, differences })
}
