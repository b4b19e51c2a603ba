import { askAllShards } from '../orders/ask-all-shards.ts'
import { chunk } from '../orders/chunk.ts'
import type { Metrics } from '../orders/metrics.ts'
import type { WatchList } from './watch-list.ts'

const LIMIT = 100
const CHUNK = 200

export interface NudgeOrdersDeps {
  readonly watchList: WatchList
  readonly metrics: Metrics
}

/** Has every event published again that was not read back from Kafka in time. Returns the number of such orders. */
export async function nudgeOrders(
  { watchList, metrics }: NudgeOrdersDeps,
  hasTime: () => boolean,
): Promise<number> {
  const due = await askAllShards((shard) => watchList.due(shard, LIMIT))
  metrics.max('openPastDue', due.length)
  let nudged = 0
  for (const orderIds of chunk(due, CHUNK)) {
    if (!hasTime()) break
    const outcomes = await Promise.all(orderIds.map(watchList.nudge))
    nudged += outcomes.filter((outcome) => outcome === 'NUDGED').length
  }
  metrics.count('nudged', nudged)
  return nudged
}
