import { createRequire } from 'node:module'
import { expect, onTestFinished, test, vi } from 'vitest'
import { failure, patience, setup } from './testing/mapping-on-topic.ts'

const ConsumerGroup = createRequire(import.meta.url)('kafkajs/src/consumer/consumerGroup') as {
  readonly prototype: { heartbeat: () => Promise<void> }
}

/** More than a lane holds, so that it is paused. */
const FULL = 5000

test.each([
  ['fetches', 1],
  ['is full', FULL],
])(
  '[2.1] a member that %s and whose heartbeats are not answered invokes nothing until it has joined again',
  async (_what, records) => {
    const { mapping, fill } = await setup()
    const heartbeat = vi.spyOn(ConsumerGroup.prototype, 'heartbeat').mockResolvedValue()
    onTestFinished(() => heartbeat.mockRestore())
    const { start, events, named } = mapping(async () => failure)
    await start()
    await fill(0, records)
    await expect.poll(() => named('batch.retrying').length, patience).toBeGreaterThan(1)
    await expect.poll(() => named('fetching.paused').length, patience).toBe(records === FULL ? 1 : 0)
    // It may have crashed before, where the group's coordinator had just begun.
    const reason = () => named('consumer.crashed').at(-1)?.reason
    await expect.poll(reason, patience).toBe('no heartbeat was answered for 3000 ms')
    heartbeat.mockRestore()
    await expect.poll(() => named('partitions.assigned').length, patience).toBe(2)

    const names = events.map(({ name }) => name)
    const between = names.slice(names.indexOf('partitions.revoked'), names.lastIndexOf('partitions.assigned'))
    expect(between.filter((name) => name.startsWith('batch.'))).toEqual([])
  },
)
