import { afterAll, expect, inject, onTestFinished, test, vi } from 'vitest'
import { patience, setup, success } from '../../event-source-mapping/testing/mapping-on-topic.ts'
import { startJavaClient } from '../../testing/java-client/java-client.ts'
import { loadInternal } from './internals.ts'
import { repairKafkajs } from './repairs.ts'

const java = await startJavaClient(inject('kafkaBrokers'), afterAll)
const MANY = 140_000

test('140,000 tiny records in one batch', { timeout: 120_000 }, async () => {
  const { topic, read, mapping } = await setup()
  await java.send(topic, [{ value: '', count: MANY }, { value: 'last' }], 'gzip')
  expect((await read(topic)).at(-1)).toMatchObject({ offset: String(MANY), value: Buffer.from('last') })
  let count = 0
  let last: string | undefined
  const { start } = mapping(
    async (records) => {
      count += records.length
      last = records.at(-1)?.value
      return success
    },
    { batchSize: 10_000 },
  )
  await start()
  await expect.poll(() => last, { ...patience, timeout: 100_000 }).toBe('last')
  expect(count).toBe(MANY + 1)
})

/** How many bytes of values each fetch of this process gives, from now on. */
function watchFetches() {
  repairKafkajs()
  const protocol = loadInternal('protocol/requests/fetch/v11/response') as {
    decode: (bytes: Buffer) => Promise<{
      readonly responses: readonly {
        readonly partitions: readonly { readonly messages: readonly { readonly value: Buffer | null }[] }[]
      }[]
    }>
  }
  const sizes: number[] = []
  const { decode } = protocol
  const spy = vi.spyOn(protocol, 'decode').mockImplementation(async (bytes) => {
    const response = await decode(bytes)
    const messages = response.responses.flatMap(({ partitions }) => partitions.flatMap((one) => one.messages))
    sizes.push(messages.reduce((sum, { value }) => sum + (value?.length ?? 0), 0))
    return response
  })
  onTestFinished(() => spy.mockRestore())
  return sizes
}

test('batches of several partitions that unpack to 20 MB each are read in several fetches', async () => {
  const { topic, mapping, fill, committed, read } = await setup({ partitions: 4 })
  const zeros = [{ part: '0', times: 20_000_000 }]
  for (const partition of [0, 1, 2, 3, 0, 1, 2, 3])
    await java.send(topic, [{ partition, value: zeros }], 'zstd')
  for (const partition of [0, 1, 2, 3]) await fill(partition, 1)
  const sizes = watchFetches()
  const seen: string[] = []
  await mapping(async (records) => {
    seen.push(...records.map(({ partition, value }) => `${partition}: ${value}`))
    return success
  }).start()
  await expect.poll(committed, patience).toEqual([3, 3, 3, 3])
  expect(seen.toSorted()).toEqual(['0: v-0', '1: v-0', '2: v-0', '3: v-0'])
  expect(Math.max(0, ...sizes)).toBeGreaterThan(0)
  expect(Math.max(...sizes)).toBeLessThan(60_000_000)
  expect(await read(topic, 3)).toHaveLength(3)
})
