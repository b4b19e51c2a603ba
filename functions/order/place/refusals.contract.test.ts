import { describe, expect, test } from 'vitest'
import { FROZEN_KEY } from '../../../shared/orders/keys.ts'
import type { RedisConnection } from '../../../shared/redis/connection.ts'
import { hosts, onRedisOnly } from '../../../shared/testing/hosts.ts'
import { createMemoryRefusals } from './refusals.memory.ts'
import { createRefusals } from './refusals.ts'

const onRedis = (connection: RedisConnection) => () => ({
  ...createRefusals(connection),
  freeze: (frozen: boolean) =>
    connection.use<unknown>((client) => (frozen ? client.set(FROZEN_KEY, 1) : client.del(FROZEN_KEY))),
})

describe.each(hosts(createMemoryRefusals, onRedis))('%s', (_host, create) => {
  test('there is no reason to begin with, and each comes and goes by itself', async () => {
    const { reasons, freeze, reportBacklog, clearBacklog } = create()
    expect(await reasons()).toEqual({ frozen: false, backlogSeconds: 0 })
    await reportBacklog(301)
    await freeze(true)
    expect(await reasons()).toEqual({ frozen: true, backlogSeconds: 301 })
    await clearBacklog()
    await clearBacklog()
    expect(await reasons()).toEqual({ frozen: true, backlogSeconds: 0 })
    await freeze(false)
    expect(await reasons()).toEqual({ frozen: false, backlogSeconds: 0 })
  })
})

onRedisOnly((redis) => {
  test('a backlog that no relay reports any more is forgotten; a freeze is not', async () => {
    const { reportBacklog, freeze } = onRedis(redis)()
    await reportBacklog(301)
    await freeze(true)
    expect(await redis.use((client) => client.pttl('{r}:backlog'))).toBeGreaterThan(60_000)
    expect(await redis.use((client) => client.pttl(FROZEN_KEY))).toBe(-1)
  })
})
