import type { DeadLetter } from './dead-letter.ts'
import type { Due } from './plan-redrive.ts'
import { findDeadLetter, readDeadLetters, type ReadDeps } from './read-dead-letters.ts'

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

/** The letters of a plan in its order, with no more than `loadedBytes` of them in memory. Those that are gone are left out. */
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
