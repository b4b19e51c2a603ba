import type { Admin, Kafka } from 'kafkajs'
import type { Found } from './dead-letter.ts'
import { noteKeyOf } from './notes.ts'
import type { Skipped } from './plan-redrive.ts'
import { withNotesWriter } from './write-notes.ts'

export interface DiscardRequest {
  readonly topic: string
  /** `<partition>@<offset>` each; undefined means all that wait. */
  readonly ids: readonly string[] | undefined
  readonly reason: string
}

export interface DiscardReport {
  readonly discarded: readonly string[]
  readonly skipped: readonly Skipped[]
}

export interface DiscardDeps {
  readonly kafka: Kafka
  readonly admin: Admin
  readonly find: (topic: string, ids: readonly string[] | undefined) => AsyncIterable<Found>
}

const NOTES_PER_TRANSACTION = 100
const MAX_REASON_CHARACTERS = 1000

async function planDiscard(found: AsyncIterable<Found>, ids: readonly string[] | undefined) {
  const due: { readonly id: string; readonly key: string }[] = []
  const skipped: Skipped[] = []
  const missing = new Set(ids)
  for await (const one of found) {
    const { id } = one
    missing.delete(id)
    const skip = (why: string, isWaiting: boolean) => skipped.push({ id, why, isWaiting })
    if (one.isRedriven) skip('was redriven already', false)
    else if (one.discarded !== undefined) skip(`was discarded already: ${one.discarded.reason}`, false)
    else if ('digest' in one && one.digest === undefined) skip(one.problem, true)
    else due.push({ id, key: noteKeyOf(one) })
  }
  for (const id of missing) skipped.push({ id, why: 'does not exist', isWaiting: true })
  return { due, skipped }
}

/** Notes that dead letters are settled without a redrive. They stay in their topic. */
export async function discard(request: DiscardRequest, deps: DiscardDeps): Promise<DiscardReport> {
  const { topic, ids, reason } = request
  if (reason.trim() === '') throw new Error('Say why: a discarded dead letter is shown with its reason.')
  if (reason.length > MAX_REASON_CHARACTERS)
    throw new Error(`The reason has ${reason.length} characters; at most ${MAX_REASON_CHARACTERS} are kept.`)
  return withNotesWriter(topic, deps, async (write) => {
    const { due, skipped } = await planDiscard(deps.find(topic, ids), ids)
    const at = new Date().toISOString()
    for (let next = 0; next < due.length; next += NOTES_PER_TRANSACTION) {
      const chunk = due.slice(next, next + NOTES_PER_TRANSACTION)
      await write(
        chunk.map(({ id, key }) => ({ key, value: JSON.stringify({ at, id, discarded: true, reason }) })),
      )
    }
    return { discarded: due.map(({ id }) => id), skipped }
  })
}
