import { type DeadLetter, redriveCountOf, type Unreadable } from './dead-letter.ts'
import { redrivenKeyOf } from './redriven-log.ts'

/** More than this and the record comes back for ever: it wants mending, not another try. */
const MAX_REDRIVES = 3

export interface Skipped {
  readonly id: string
  readonly why: string
}

export interface Plan {
  /** By topic, partition and offset of the original, which is the order in which they failed. */
  readonly due: readonly DeadLetter[]
  readonly skipped: readonly Skipped[]
}

function inOriginalOrder(a: DeadLetter, b: DeadLetter): number {
  const [one, other] = [a.original, b.original]
  return (
    one.topic.localeCompare(other.topic) ||
    one.partition - other.partition ||
    Number(one.offset - other.offset)
  )
}

/** Decides what of a dead-letter topic is redriven; `ids` undefined means all. */
export function planRedrive(
  found: readonly (DeadLetter | Unreadable)[],
  ids: readonly string[] | undefined,
  redriven: ReadonlySet<string>,
): Plan {
  const due: DeadLetter[] = []
  const skipped: Skipped[] = []
  const taken = new Set<string>()
  const wanted = ids === undefined ? undefined : new Set(ids)
  for (const one of found) {
    if (wanted?.has(one.id) === false) continue
    wanted?.delete(one.id)
    const { id } = one
    const skip = (why: string) => skipped.push({ id, why })
    if ('problem' in one) {
      skip(one.problem)
      continue
    }
    const key = redrivenKeyOf(one)
    if (redriven.has(key)) skip('was redriven already')
    else if (taken.has(key)) skip('is a second copy of another dead letter')
    else if (redriveCountOf(one.original) >= MAX_REDRIVES)
      skip(`was redriven ${MAX_REDRIVES} times and failed again: mend the record or the function`)
    else {
      taken.add(key)
      due.push(one)
    }
  }
  for (const id of wanted ?? []) skipped.push({ id, why: 'is not there' })
  return { due: due.sort(inOriginalOrder), skipped }
}
