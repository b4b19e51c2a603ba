import type { DeadLetter } from './dead-letter.ts'
import type { Due, Skipped } from './plan-redrive.ts'
import { findDeadLetter, placeOf, readDeadLetters, type ReadDeps } from './read-dead-letters.ts'

/** Of letters in memory at once, unless one alone is larger. */
const LOADED_BYTES = 64_000_000
/** Below this, one after the other is cheaper than reading the whole topic. */
const FEW = 20

function takeLoadable(due: readonly Due[], loadedBytes: number): readonly Due[] {
  let bytes = 0
  const end = due.findIndex((one, index) => (bytes += one.bytes) > loadedBytes && index > 0)
  return end === -1 ? due : due.slice(0, end)
}

async function load(topic: string, due: readonly Due[], deps: ReadDeps) {
  const letters = new Map<string, DeadLetter>()
  const keep = (one: Awaited<ReturnType<typeof findDeadLetter>>) => {
    if (one !== undefined && 'original' in one) letters.set(one.id, one)
  }
  if (due.length <= FEW) {
    for (const { id } of due) keep(await findDeadLetter(topic, id, deps))
    return letters
  }
  const ids = new Set(due.map(({ id }) => id))
  for await (const one of readDeadLetters(topic, deps)) if (ids.has(one.id)) keep(one)
  return letters
}

/** The letters of a plan in its order, with no more than `loadedBytes` of them in memory. Those that cannot be loaded are left out. */
export async function* loadLetters(
  topic: string,
  due: readonly Due[],
  deps: ReadDeps,
  loadedBytes = LOADED_BYTES,
): AsyncGenerator<DeadLetter> {
  for (let rest = due; rest.length > 0;) {
    const next = takeLoadable(rest, loadedBytes)
    rest = rest.slice(next.length)
    const letters = await load(topic, next, deps)
    for (const { id } of next) {
      const letter = letters.get(id)
      if (letter !== undefined) yield letter
    }
  }
}

/** Says of letters that `loadLetters` left out whether they are gone. */
export async function whyMissing(
  topic: string,
  ids: readonly string[],
  { admin }: Pick<ReadDeps, 'admin'>,
): Promise<readonly Skipped[]> {
  if (ids.length === 0) return []
  const starts = new Map(
    (await admin.fetchTopicOffsets(topic)).map(({ partition, low }) => [partition, BigInt(low)]),
  )
  return ids.map((id) => {
    const { partition, offset } = placeOf(id)
    return offset < (starts.get(partition) ?? 0n)
      ? { id, why: 'was deleted meanwhile', isWaiting: false }
      : { id, why: 'could not be read again: run the command again', isWaiting: true }
  })
}
