import { FROZEN_KEY } from '../../../shared/orders/keys.ts'
import type { RedisConnection } from '../../../shared/redis/connection.ts'

const BACKLOG_KEY = '{r}:backlog'
/** Longer than the minute between two runs of the schedule on AWS, and short, so that a dead relay does not close the shop. */
const BACKLOG_TTL_MS = 90_000

export interface RefusalReasons {
  /** A reconcile is rebuilding Redis. */
  readonly frozen: boolean
  /** The age of the oldest event that could not be published, when that is past the limit; else 0. */
  readonly backlogSeconds: number
}

/** Reasons to take no orders. In Redis, so that environments that never run the relay know them too. */
export interface Refusals {
  readonly reasons: () => Promise<RefusalReasons>
  /** Has new orders refused until `clearBacklog`, at most for 90 s. */
  readonly reportBacklog: (ageSeconds: number) => Promise<void>
  readonly clearBacklog: () => Promise<void>
}

export const createRefusals = ({ use }: RedisConnection): Refusals => ({
  reasons: async () => {
    const [frozen, backlog] = await use((client) => client.mget(FROZEN_KEY, BACKLOG_KEY))
    return { frozen: frozen != null, backlogSeconds: Number(backlog ?? 0) }
  },
  reportBacklog: async (ageSeconds) => {
    await use((client) => client.set(BACKLOG_KEY, ageSeconds, 'PX', BACKLOG_TTL_MS))
  },
  clearBacklog: async () => {
    await use((client) => client.del(BACKLOG_KEY))
  },
})
