import { askAllShards } from '../orders/ask-all-shards.ts'
import { inSlices } from '../orders/chunk.ts'
import type { Metrics } from '../orders/metrics.ts'
import type { WatchList } from './watch-list.ts'

const LIMIT = 100
const SLICE = 200

export interface NudgeOrdersDeps extends WatchList {
  readonly metrics: Metrics
}

/** Has every event published again that was not read back from Kafka in time. Returns the number of such orders. */
export async function nudgeOrders(deps: NudgeOrdersDeps, hasTime: () => boolean): Promise<number> {
  const due = await askAllShards((shard) => deps.dueOpen(shard, LIMIT))
  deps.metrics.atMost('openPastDue', due.length)
  let nudged = 0
  for (const slice of inSlices(due, SLICE)) {
    if (!hasTime()) break
    const outcomes = await Promise.all(slice.map(deps.nudge))
    nudged += outcomes.filter((outcome) => outcome === 'NUDGED').length
  }
  deps.metrics.count('nudged', nudged)
  return nudged
}
