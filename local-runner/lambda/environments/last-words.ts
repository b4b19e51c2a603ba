import { withinMs } from '../../async/within-ms.ts'
import type { InitOutcome } from '../execution-environment.ts'

const LAST_WORDS_MS = 500

/** After a failed init AWS's client writes why and exits: the log is not complete before. */
export async function afterLastWords(
  initialized: Promise<InitOutcome>,
  ended: Promise<void>,
): Promise<InitOutcome> {
  const outcome = await initialized
  if (outcome.outcome === 'failed') await withinMs(LAST_WORDS_MS, ended)
  return outcome
}
