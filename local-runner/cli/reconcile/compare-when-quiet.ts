import { setTimeout as delay } from 'node:timers/promises'
import { createTally, type Findings } from './findings.ts'
import { areSameEnds, type LogEnds } from './log-ends.ts'

export interface CompareWhenQuietDeps {
  readonly ends: () => Promise<LogEnds>
  /** Records that each group still has to read up to these ends; only groups that have any. */
  readonly lag: (ends: LogEnds) => Promise<ReadonlyMap<string, bigint>>
  readonly compare: (ends: LogEnds) => Promise<Findings>
  readonly print: (line: string) => void
  readonly elapsedMs: () => number
}

const MAX_COMPARISONS = 5
const WAIT_FOR_GROUPS_MS = 60_000
const POLL_INTERVAL_MS = 200

/** Compares when the consumers have read everything, and again when there are differences but the log has grown. */
export async function compareWhenQuiet(deps: CompareWhenQuietDeps): Promise<Findings> {
  for (let left = MAX_COMPARISONS - 1; ; left -= 1) {
    const behind = await waitForGroups(deps)
    const ends = await deps.ends()
    const found = await deps.compare(ends)
    if (behind.length > 0) return withDifferences(found, behind)
    if (found.differences.size === 0) return found
    if (areSameEnds(ends, await deps.ends())) return found
    if (left === 0) {
      return withDifferences(found, [
        `the log grew during each of ${MAX_COMPARISONS} comparisons: these differences may only be late`,
      ])
    }
    deps.print('  The log grew during the comparison; comparing again')
  }
}

/** The groups that are still behind after a minute, as differences. */
async function waitForGroups({ ends, lag, elapsedMs }: CompareWhenQuietDeps): Promise<readonly string[]> {
  const startedMs = elapsedMs()
  for (;;) {
    const behind = await lag(await ends())
    if (behind.size === 0) return []
    if (elapsedMs() - startedMs > WAIT_FOR_GROUPS_MS) {
      return [...behind].map(([group, records]) => `the group ${group} has ${records} records still to read`)
    }
    await delay(POLL_INTERVAL_MS)
  }
}

function withDifferences(found: Findings, differences: readonly string[]): Findings {
  const tally = createTally()
  tally.add(found)
  differences.forEach(tally.differ)
  return tally
}
