import { withinMs } from '../../async/within-ms.ts'
import type { Finding } from './finding.ts'
import { quoted } from './texts.ts'

/** The findings of an examination; when it fails or takes too long, that is the finding. */
export async function answered(
  what: string,
  limitMs: number,
  examine: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  const fix = 'It may be paused, starting or overloaded: look at its log, then run this again.'
  try {
    const findings = await withinMs(limitMs, examine())
    return findings ?? [{ cause: 'unanswered', what: `${what} gave no answer in ${limitMs / 1000} s`, fix }]
  } catch (error) {
    const why = quoted(error instanceof Error ? error.message : String(error))
    return [{ cause: 'unanswered', what: `${what} could not be examined: ${why}`, fix }]
  }
}
