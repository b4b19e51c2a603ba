import { type Found, redriveCountOf } from './dead-letter.ts'
import { noteKeyOf } from './notes.ts'
import { recordBytes } from './record-bytes.ts'
import type { Target } from './targets.ts'
import { toRedriven } from './to-redriven.ts'

/** A record that failed this often has to be fixed; another redrive would only fail again. */
const MAX_REDRIVES = 3

export interface Skipped {
  readonly id: string
  readonly why: string
  /** Nothing was done about it yet: it was neither redriven nor discarded. */
  readonly isWaiting: boolean
}

/** A dead letter to redrive, without its content: there may be many. */
export interface Due {
  readonly id: string
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  /** Of the record as it will be redriven. */
  readonly bytes: number
}

export interface Plan {
  /** In the order of the originals: topic, partition, offset. */
  readonly due: readonly Due[]
  readonly skipped: readonly Skipped[]
}

const inOriginalOrder = (a: Due, b: Due): number =>
  a.topic.localeCompare(b.topic) || a.partition - b.partition || Number(a.offset - b.offset)

/** Decides which records of a dead-letter topic are redriven. */
export async function planRedrive(
  found: AsyncIterable<Found>,
  ids: readonly string[] | undefined,
  newValue: Buffer | undefined,
): Promise<Plan> {
  const due: Due[] = []
  const skipped: Skipped[] = []
  const taken = new Set<string>()
  const missing = new Set(ids)
  for await (const one of found) {
    const { id } = one
    missing.delete(id)
    const skip = (why: string, isWaiting: boolean) => skipped.push({ id, why, isWaiting })
    if (one.isRedriven) skip('was redriven already', false)
    else if (one.discarded !== undefined) skip(`was discarded: ${one.discarded.reason}`, false)
    else if (!('original' in one) || one.problem !== undefined) skip(one.problem ?? '', true)
    else if (taken.has(noteKeyOf(one))) skip('is a second copy of another dead letter', false)
    else if (redriveCountOf(one.original) >= MAX_REDRIVES)
      skip(`was redriven ${MAX_REDRIVES} times and failed again: fix the record or the function`, true)
    else {
      taken.add(noteKeyOf(one))
      const { topic, partition, offset } = one.original
      due.push({ id, topic, partition, offset, bytes: recordBytes(toRedriven(one, newValue)) })
    }
  }
  for (const id of missing) skipped.push({ id, why: 'does not exist', isWaiting: true })
  return { due: due.sort(inOriginalOrder), skipped }
}

export const tooLarge = (id: string, topic: string, detail: string): Skipped => ({
  id,
  why: `does not fit into ${topic} any more: ${detail}. Raise the topic's max.message.bytes, or redrive it with a smaller --value`,
  isWaiting: true,
})

/** Without the records that their topics would refuse: a refused record breaks the transaction of those that are redriven with it. */
export function withoutTooLarge({ due, skipped }: Plan, targets: ReadonlyMap<string, Target>): Plan {
  const limitOf = ({ topic }: Due) => targets.get(topic)?.maxBytes ?? Infinity
  const refused = due.filter((one) => one.bytes > limitOf(one))
  return {
    due: due.filter((one) => one.bytes <= limitOf(one)),
    skipped: [
      ...skipped,
      ...refused.map((one) =>
        tooLarge(one.id, one.topic, `it has ${one.bytes} bytes of ${limitOf(one)} allowed`),
      ),
    ],
  }
}
