import { expect, test } from 'vitest'
import { breakZstd } from '../testing/break-zstd.ts'
import { startJavaClient } from '../testing/java-client/java-client.ts'
import { patience, setup, success } from './testing/mapping-on-topic.ts'

test('[2.3] a batch that cannot be read blocks its partition alone, which says so and goes on when it can', async () => {
  const { mapping, fill, committed, topic, brokers, read } = await setup({ partitions: 2 })
  const java = await startJavaClient(brokers)
  const seen: string[] = []
  const { start, state, named } = mapping(async (records) => {
    seen.push(...records.map(({ partition, offset }) => `${partition}@${offset}`))
    return success
  })
  await start()
  const restore = breakZstd()
  await fill(0, 1)
  await java.send(topic, [{ partition: 0, value: 'packed' }], 'zstd')
  await fill(0, 1)
  await fill(1, 3)
  await expect.poll(committed, patience).toEqual([1, 3])
  await expect
    .poll(() => state().partitions[0]?.lastFailure, patience)
    .toMatchObject({
      kind: 'unreadable',
      offset: 1,
      reason: expect.stringContaining('broken zstd') as unknown,
    })
  // It stays from one fetch to the next, and the delay grows.
  const kinds = new Set<string | undefined>()
  const attempts = () => {
    kinds.add(state().partitions[0]?.lastFailure?.kind)
    return state().partitions[0]?.lastFailure?.retries
  }
  await expect.poll(attempts, { ...patience, interval: 1 }).toBeGreaterThan(5)
  expect([...kinds]).toEqual(['unreadable'])
  expect(named('partition.unreadable').length).toBeGreaterThan(5)
  await fill(1, 2)
  await expect.poll(committed, patience).toEqual([1, 5])
  expect(named('consumer.crashed')).toEqual([])
  await expect(read(topic)).rejects.toThrow('broken zstd data')

  restore()
  await expect.poll(committed, patience).toEqual([3, 5])
  expect(state().partitions[0]?.lastFailure).toBeUndefined()
  expect(seen.filter((place) => place.startsWith('0'))).toEqual(['0@0', '0@1', '0@2'])
})
