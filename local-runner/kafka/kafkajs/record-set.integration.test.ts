import { afterAll, expect, inject, test } from 'vitest'
import { patience, setup, success } from '../../event-source-mapping/testing/mapping-on-topic.ts'
import { startJavaClient } from '../../testing/java-client/java-client.ts'

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
