import { afterAll, expect, inject, test } from 'vitest'
import { patience, setup, success } from '../../event-source-mapping/testing/mapping-on-topic.ts'
import { startJavaClient } from '../../testing/java-client/java-client.ts'

const java = await startJavaClient(inject('kafkaBrokers'), afterAll)

/** A topic, two transactional producers on it, and what each reader of the runner makes of it. */
async function twoProducers() {
  const { topic, read, mapping } = await setup()
  const [a, b] = await Promise.all([
    java.createProducer({ transactionalId: `${topic}-a` }),
    java.createProducer({ transactionalId: `${topic}-b` }),
  ])
  const plain = await java.createProducer()
  /** What is read once `last` is, which is behind all others. */
  const expectCommitted = async (expected: readonly string[]) => {
    await plain.send(topic, [{ value: 'last' }])
    const delivered: string[] = []
    await mapping(async (records) => {
      for (const { value } of records) delivered.push(value ?? '')
      return success
    }).start()
    await expect.poll(() => delivered.at(-1), patience).toBe('last')
    expect(delivered).toEqual([...expected, 'last'])
    await Promise.all([a.close(), b.close(), plain.close()])
    expect((await read(topic)).map(({ value }) => String(value))).toEqual([...expected, 'last'])
  }
  return { topic, a, b, plain, expectCommitted }
}

test('an aborted transaction inside another aborted one', async () => {
  const { topic, a, b, expectCommitted } = await twoProducers()
  await a.begin()
  await a.send(topic, [{ value: 'a1' }])
  await b.begin()
  await b.send(topic, [{ value: 'b1' }])
  await b.abort()
  await a.send(topic, [{ value: 'a2' }])
  await a.abort()
  await expectCommitted([])
})

test('an aborted transaction inside a committed one, and the other way round', async () => {
  const { topic, a, b, expectCommitted } = await twoProducers()
  await a.begin()
  await a.send(topic, [{ value: 'a1' }])
  await b.begin()
  await b.send(topic, [{ value: 'b1' }])
  await b.abort()
  await a.send(topic, [{ value: 'a2' }])
  await a.commit()
  await b.begin()
  await b.send(topic, [{ value: 'b2' }])
  await a.begin()
  await a.send(topic, [{ value: 'a3' }])
  await a.commit()
  await b.send(topic, [{ value: 'b3' }])
  await b.abort()
  await expectCommitted(['a1', 'a2', 'a3'])
})

test('two aborts of one producer in one fetch, and what it commits between and after them', async () => {
  const { topic, a, expectCommitted } = await twoProducers()
  for (const [index, end] of (['abort', 'commit', 'abort', 'abort', 'commit'] as const).entries()) {
    await a.begin()
    await a.send(topic, [{ value: `a${index}` }])
    await a[end]()
  }
  await expectCommitted(['a1', 'a4'])
})

test('the key of an aborted record that looks like the marker of an abort, or of a commit', async () => {
  const { topic, a, b, expectCommitted } = await twoProducers()
  await a.begin()
  await b.begin()
  await b.send(topic, [{ value: 'b1' }])
  await a.send(topic, [
    { key: Buffer.from([0, 0, 0, 0]), value: 'a1' },
    { key: Buffer.from([0, 0, 0, 1]), value: 'a2' },
    { value: 'a3' },
  ])
  await a.send(topic, [{ value: 'a4' }])
  await a.abort()
  await b.send(topic, [{ key: Buffer.from([0, 0, 0, 0]), value: 'b2' }])
  await b.commit()
  await expectCommitted(['b1', 'b2'])
})

test('two overlapping aborted transactions that are longer than one fetch', async () => {
  const { topic, a, b, plain, expectCommitted } = await twoProducers()
  const long = [{ part: 'x', times: 60_000 }]
  await a.begin()
  await b.begin()
  const committed: string[] = []
  for (let round = 0; round < 8; round += 1) {
    await a.send(topic, [{ value: long, count: 12 }])
    await plain.send(topic, [{ value: `plain-${round}` }])
    committed.push(`plain-${round}`)
    await b.send(topic, [{ value: long, count: 12 }])
  }
  await a.abort()
  await b.abort()
  await expectCommitted(committed)
})
