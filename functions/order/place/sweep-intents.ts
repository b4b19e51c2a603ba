import type { Log } from '../../../shared/logger.ts'
import { askAllShards } from '../orders/ask-all-shards.ts'
import { chunk } from '../orders/chunk.ts'
import type { Intents } from '../orders/intents.ts'
import type { Metrics } from '../orders/metrics.ts'
import type { Orders } from '../orders/orders.ts'
import { releaseLines } from './release-lines.ts'
import type { StockHolds } from './stock-holds.ts'

const LIMIT = 20
const CHUNK = 100

export interface SweepIntentsDeps {
  readonly intents: Intents
  readonly orders: Pick<Orders, 'find'>
  readonly holds: Pick<StockHolds, 'release'>
  readonly metrics: Metrics
  readonly log: Log
}

/**
 * Finishes what a crash left, until nothing is due or time runs out: aborts attempts whose lease has ended, and releases the
 * stock of orders decided against.
 */
export async function sweepIntents(deps: SweepIntentsDeps, hasTime: () => boolean): Promise<number> {
  // What could not be swept is still due, and has its next try in the next run.
  const tried = new Set<string>()
  let swept = 0
  while (hasTime()) {
    const due = await askAllShards((shard) => deps.intents.due(shard, LIMIT))
    deps.metrics.max('intentsPastDue', due.length)
    const untried = due.filter((orderId) => !tried.has(orderId))
    if (untried.length === 0) break
    for (const orderIds of chunk(untried, CHUNK)) {
      if (!hasTime()) break
      const outcomes = await Promise.all(orderIds.map((orderId) => trySweep(orderId, deps)))
      for (const orderId of orderIds) tried.add(orderId)
      swept += outcomes.filter(Boolean).length
    }
  }
  return swept
}

/** Whether the order is finished now. A failure leaves the intent, so the next sweep retries. */
async function trySweep(orderId: string, deps: SweepIntentsDeps): Promise<boolean> {
  try {
    return await sweepOrder(orderId, deps)
  } catch (error) {
    deps.log.warn('an unfinished order could not be swept; the next sweep retries', { orderId, error })
    return false
  }
}

/** Every step may be repeated, and a crash between two of them leaves the intent. */
export async function sweepOrder(orderId: string, deps: Omit<SweepIntentsDeps, 'log'>): Promise<boolean> {
  const found = await deps.orders.find(orderId)
  if (!found) return false
  const { order, attempt } = found
  if (order.status === 'RESERVING') {
    const aborted = await deps.intents.abort(orderId, attempt)
    // Another attempt has taken over, and owns the stock.
    if (aborted === 'BUSY' || aborted === 'FENCED') return false
    deps.metrics.count('aborted')
  } else if (order.status !== 'ABORTED' && order.status !== 'REJECTED') return false
  await releaseLines({ orderId, attempt, placedAt: order.placedAt }, order.lines, deps)
  await deps.intents.finish(orderId, attempt)
  return true
}
