import { LONGEST_WATCH_MS, WATCH_MS } from '../../../shared/orders/constants.ts'
import { dueOrders } from '../orders/due-orders.memory.ts'
import type { MemoryOrderState } from '../orders/order-state.memory.ts'
import type { WatchList } from './watch-list.ts'

export interface MemoryWatchList extends WatchList {
  /** As the stock function does. */
  readonly readBack: (orderId: string, sequence: number) => Promise<void>
}

export const createMemoryWatchList = ({
  nowMs,
  outboxes,
  dueOutboxes,
  watchList,
}: MemoryOrderState): MemoryWatchList => ({
  due: async (shard, limit) => dueOrders(watchList, shard, limit, nowMs()),

  nudge: async (orderId) => {
    const outbox = outboxes.get(orderId)
    if (!outbox) {
      watchList.delete(orderId)
      return 'CLOSED'
    }
    const ages = [...outbox.unread.values()].map(({ writtenMs }) => nowMs() - writtenMs)
    outbox.published = 0
    dueOutboxes.set(orderId, nowMs())
    watchList.set(orderId, nowMs() + Math.min(Math.max(WATCH_MS, ...ages), LONGEST_WATCH_MS))
    return 'NUDGED'
  },

  readBack: async (orderId, sequence) => {
    const outbox = outboxes.get(orderId)
    outbox?.unread.delete(sequence)
    if (outbox?.unread.size) return
    for (const entries of [outboxes, dueOutboxes, watchList]) entries.delete(orderId)
  },
})
