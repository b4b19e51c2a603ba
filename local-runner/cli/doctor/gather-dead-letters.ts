import type { Found } from '../../dead-letters/dead-letter.ts'
import type { DeadLetters } from '../../dead-letters/dead-letters.ts'
import type { DeadLetterFacts } from './facts.ts'

/** Letters of one topic; those behind are not counted. */
const MAX_LETTERS = 20_000
/** A letter that anybody wrote may have any reason. */
const MAX_REASONS = 100

const isWaiting = ({ isRedriven, discarded }: Found) => !isRedriven && discarded === undefined

/** `event_invalid: lines must …` → `event_invalid` */
const codeOf = (reason: string) => reason.split(':', 1)[0] ?? ''

/** What waits in one dead-letter topic. */
export async function gatherDeadLetters(
  topic: string,
  deadLetters: Pick<DeadLetters, 'show'>,
): Promise<DeadLetterFacts> {
  const reasons = new Map<string, number>()
  const notInStore = { forged: 0, unclear: 0, example: undefined as string | undefined }
  let read = 0
  let waiting = 0
  let newestAt: string | undefined
  for await (const found of deadLetters.show(topic)) {
    read += 1
    if (read > MAX_LETTERS) break
    if (!isWaiting(found)) continue
    waiting += 1
    const reason = 'original' in found ? found.reason : found.problem
    const code = 'original' in found ? codeOf(reason) : 'unreadable'
    if (reasons.has(code) || reasons.size < MAX_REASONS) reasons.set(code, (reasons.get(code) ?? 0) + 1)
    if ('at' in found && (newestAt === undefined || found.at > newestAt)) newestAt = found.at
    if (code !== 'event_not_in_store') continue
    // The function says so where it is certain (functions/stock/event-not-in-store.ts).
    notInStore[reason.includes('looks forged') ? 'forged' : 'unclear'] += 1
    notInStore.example ??= reason
  }
  return { topic, waiting, isComplete: read <= MAX_LETTERS, newestAt, reasons, notInStore }
}
