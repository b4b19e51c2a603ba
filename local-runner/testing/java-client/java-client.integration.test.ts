import { expect, test } from 'vitest'
import { patience, setup } from '../../event-source-mapping/testing/mapping-on-topic.ts'
import { startJavaClient } from './java-client.ts'

test('records come into the log as described: many in one batch, long ones, headers in their order', async () => {
  const { topic, brokers, read } = await setup()
  const java = await startJavaClient(brokers)
  const places = await java.send(
    topic,
    [
      { partition: 0, value: 'tiny', count: 1000 },
      {
        partition: 0,
        key: Buffer.from([0, 0, 0, 0]),
        value: [
          { part: '[', times: 1 },
          { part: '0,', times: 100_000 },
        ],
        headers: [
          ['b', 'first'],
          ['a', null],
        ],
        timestamp: 1_700_000_000_000,
      },
    ],
    'gzip',
  )
  expect(places).toEqual([
    { partition: 0, offset: 0 },
    { partition: 0, offset: 1000 },
  ])
  const log = await read(topic)
  expect(log).toHaveLength(1001)
  expect(log.at(-1)).toMatchObject({ key: Buffer.from([0, 0, 0, 0]), timestamp: '1700000000000' })
  expect(log.at(-1)?.value).toHaveLength(200_001)
})

test('a member of a group reports its partitions and records, and a second one shares them', async () => {
  const { topic, brokers, fill, consumerGroupId } = await setup({ partitions: 2 })
  const java = await startJavaClient(brokers)
  await fill(1, 2)
  const first = await java.join(consumerGroupId, topic)
  await expect.poll(first.assigned, patience).toEqual([0, 1])
  await expect
    .poll(() => first.received.map(({ offset, value }) => [offset, String(value)]), patience)
    .toEqual([
      [0, 'v-0'],
      [1, 'v-1'],
    ])
  const second = await java.join(consumerGroupId, topic, ['RoundRobinAssignor'])
  await expect.poll(() => [...first.assigned(), ...second.assigned()].toSorted(), patience).toEqual([0, 1])
  await second.close()
  await expect.poll(first.assigned, patience).toEqual([0, 1])
})

test('transactions of several producers run at once', async () => {
  const { topic, brokers, consumerGroupId } = await setup()
  const java = await startJavaClient(brokers)
  const a = await java.createProducer({ transactionalId: `${topic}-a` })
  const b = await java.createProducer({ transactionalId: `${topic}-b` })
  await a.begin()
  await a.send(topic, [{ value: 'aborted' }])
  await b.begin()
  await b.send(topic, [{ value: 'committed' }])
  await b.commit()
  await a.abort()
  const { received } = await java.join(consumerGroupId, topic)
  await expect.poll(() => received.map(({ value }) => String(value)), patience).toEqual(['committed'])
})

test('a wait is answered when the process dies, with why', async () => {
  const { topic, brokers } = await setup()
  const java = await startJavaClient(brokers)
  const producer = await java.createProducer()
  await expect(producer.send('no such name', [{ value: 'x' }])).rejects.toThrow('InvalidTopic')
  const waiting = producer.send(topic, [{ value: 'x', partition: 9 }])
  await Promise.all([expect(waiting).rejects.toThrow('SIGKILL'), java.kill()])
  await expect(producer.begin()).rejects.toThrow('has ended')
})
