import { parseFindings, type StepFindings } from './findings.ts'
import type { ReconciledFunction } from './functions.ts'
import type { Chunk, LogRecord } from './topic-reader.ts'

/**
 * Has a function compare each event of a topic once: its copies add nothing to the state, so nothing to the sums of the log.
 * A record that had no effect on the function is no copy: the event may stand behind it again, corrected and redriven, or in
 * another partition. So the chunks of all partitions wait for each other: whether an id was compared is known by the answer.
 */
export function compareOnce(ask: ReconciledFunction['ask']) {
  const compared = new Set<string>()

  async function compare({ records, toPayload }: Chunk): Promise<readonly StepFindings[]> {
    const answers: StepFindings[] = []
    let waiting = records
    for (;;) {
      const { firsts, others } = firstOfEachId(
        waiting.filter(({ id }) => id === undefined || !compared.has(id)),
      )
      if (firsts.length === 0) return answers
      for (const { id } of firsts) if (id !== undefined) compared.add(id)
      const found = parseFindings(await ask('compare', toPayload(firsts)))
      answers.push(found)
      for (const { id, place } of firsts) {
        const hadNoEffect = found.unreadable.has(place) || found.redrivenElsewhere.has(place)
        if (id !== undefined && hadNoEffect) compared.delete(id)
      }
      waiting = others
    }
  }

  let last: Promise<unknown> = Promise.resolve()
  return (chunk: Chunk): Promise<readonly StepFindings[]> => {
    const found = last.then(() => compare(chunk))
    last = found
    return found
  }
}

function firstOfEachId(records: readonly LogRecord[]) {
  const ids = new Set<string>()
  const firsts: LogRecord[] = []
  const others: LogRecord[] = []
  for (const record of records) {
    const { id } = record
    if (id !== undefined && ids.has(id)) others.push(record)
    else firsts.push(record)
    if (id !== undefined) ids.add(id)
  }
  return { firsts, others }
}
