import { type DeadLetter, redriveCountOf, type Unreadable } from './dead-letter.ts'
import { redrivenKeyOf } from './redriven-log.ts'

/** A record that failed this often has to be fixed; another redrive would only fail again. */
const MAX_REDRIVES = 3

export interface Skipped {
  readonly id: string
  readonly why: string
}

export interface Plan {
  /** In the order of the originals: topic, partition, offset. */
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

/** Decides which records of a dead-letter topic are redriven. @param ids undefined for all */
export function planRedrive(
  found: readonly (DeadLetter | Unreadable)[],
  ids: readonly string[] | undefined,
  redriven: ReadonlySet<string>,
): Plan {
  const due: DeadLetter[] = []
  const skipped: Skipped[] = []
  const taken = new Set<string>()
  const requested = ids === undefined ? undefined : new Set(ids)
  for (const one of found) {
    if (requested?.has(one.id) === false) continue
    requested?.delete(one.id)
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
      skip(`was redriven ${MAX_REDRIVES} times and failed again: fix the record or the function`)
    else {
      taken.add(key)
      due.push(one)
    }
  }
  for (const id of requested ?? []) skipped.push({ id, why: 'does not exist' })
  return { due: due.sort(inOriginalOrder), skipped }
}
