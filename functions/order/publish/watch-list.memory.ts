import { LONGEST_WATCH_MS, WATCH_MS } from '../../../shared/orders/constants.ts'
import { dueOrders } from '../orders/due-orders.memory.ts'
import type { MemoryOrderState } from '../orders/order-state.memory.ts'
import type { WatchList } from './watch-list.ts'

export interface MemoryWatchList extends WatchList {
  /** As the stock function notes it. */
  readonly readBack: (orderId: string, sequence: number) => Promise<void>
}

export const createMemoryWatchList = ({
  nowMs,
  pendings,
  outbox,
  open,
}: MemoryOrderState): MemoryWatchList => ({
  dueOpen: async (shard, limit) => dueOrders(open, shard, limit, nowMs()),

  nudge: async (orderId) => {
    const pending = pendings.get(orderId)
    if (!pending) {
      open.delete(orderId)
      return 'CLOSED'
    }
    const ages = [...pending.events.values()].map(({ writtenMs }) => nowMs() - writtenMs)
    pending.published = 0
    outbox.set(orderId, nowMs())
    open.set(orderId, nowMs() + Math.min(Math.max(WATCH_MS, ...ages), LONGEST_WATCH_MS))
    return 'NUDGED'
  },

  readBack: async (orderId, sequence) => {
    const pending = pendings.get(orderId)
    pending?.events.delete(sequence)
    if (pending?.events.size) return
    for (const times of [pendings, outbox, open]) times.delete(orderId)
  },
})
