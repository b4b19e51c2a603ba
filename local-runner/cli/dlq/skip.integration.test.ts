import { CompressionTypes } from 'kafkajs'
import { expect, inject, onTestFinished, test } from 'vitest'
import { createAdminListener } from '../../admin/admin-server.ts'
import { createMappingsRoute } from '../../admin/mappings-route.ts'
import { createSkipRoute } from '../../admin/skip-route.ts'
import { createDeadLetters } from '../../dead-letters/dead-letters.ts'
import { failure, patience, setup, success } from '../../event-source-mapping/testing/mapping-on-topic.ts'
import { createKafkaClient } from '../../kafka/kafka-client.ts'
import { headersInOrder } from '../../kafka/kafkajs/header-order.ts'
import { toOrderedHeaders } from '../../kafka/kafkajs/ordered-headers.ts'
import { breakZstd } from '../../testing/break-zstd.ts'
import { startJavaClient } from '../../testing/java-client/java-client.ts'
import { serve } from '../../testing/serve.ts'
import { skipByRunner, skipInEmptyGroup } from './skip.ts'

const brokers = [...inject('kafkaBrokers')]

async function setupSkip() {
  const one = await setup()
  const kafka = createKafkaClient({ clientId: 'test', brokers, record: () => undefined })
  const deadLetters = createDeadLetters(kafka)
  onTestFinished(deadLetters.close)
  const group = one.consumerGroupId
  const at = (offset: bigint) => ({ topic: one.topic, partition: 0, offset, group })
  const commit = (offset: number) =>
    one.admin.setOffsets({
      groupId: group,
      topic: one.topic,
      partitions: [{ partition: 0, offset: `${offset}` }],
    })
  const inEmptyGroup = (offset: bigint, service = 'stock') =>
    skipInEmptyGroup(at(offset), { kafka, brokers, deadLetters, service })
  return { ...one, deadLetters, group, at, commit, inEmptyGroup }
}

test('an empty group is moved past the record that it is at; the copy can be redriven to its function', async () => {
  const { topic, send, commit, committed, read, deadLetters, inEmptyGroup } = await setupSkip()
  const headers = toOrderedHeaders(
    ['b', 'a', 'b', 'x-dlq-count'].map((key, index) => ({ key, value: Buffer.from(`${index}`) })),
  )
  await send([{ value: '0' }, { key: 'k', value: 'poison', headers }])
  await commit(1)
  const skip = await inEmptyGroup(1n)
  expect(skip.deadLetterTopic).toBe(`${topic}.stock.dlq`)
  expect(await committed()).toEqual([1])
  expect(await skip.run()).toEqual({ topic: `${topic}.stock.dlq`, id: '0@0' })
  expect(await committed()).toEqual([2])

  await deadLetters.redrive({ topic: `${topic}.stock.dlq`, ids: ['0@0'], isDryRun: false })
  await expect.poll(async () => (await read(topic)).length, patience).toBe(3)
  const back = (await read(topic))[2]
  expect([back?.key?.toString(), back?.value?.toString()]).toEqual(['k', 'poison'])
  expect(headersInOrder(back?.headers)?.map(({ key, value }) => [key, value?.toString()])).toEqual([
    ['b', '0'],
    ['a', '1'],
    ['b', '2'],
    ['x-dlq-count', '4'],
    ['x-redrive-count', '1'],
    ['x-redrive-to', 'stock'],
  ])
})

test('the copy for a group of somebody else is redriven to it alone, also where its name has dots', async () => {
  const { topic, fill, commit, read, deadLetters, inEmptyGroup } = await setupSkip()
  await fill(0, 1)
  await commit(0)
  const copy = await (await inEmptyGroup(0n, 'team.billing.v2')).run()
  await deadLetters.redrive({ topic: copy.topic, ids: undefined, isDryRun: false })
  await expect.poll(async () => (await read(topic)).length, patience).toBe(2)
  const headers = headersInOrder((await read(topic))[1]?.headers)
  expect(headers?.find(({ key }) => key === 'x-redrive-to')?.value?.toString()).toBe('team.billing.v2')
})

test('only the record that the group is at can be skipped', async () => {
  const { fill, commit, committed, inEmptyGroup } = await setupSkip()
  await fill(0, 2)
  await expect(inEmptyGroup(1n)).rejects.toThrow('has no offset')
  await commit(0)
  await expect(inEmptyGroup(1n)).rejects.toThrow('is at offset 0')
  await commit(2)
  // Nothing is there yet.
  await expect((await inEmptyGroup(2n)).run()).rejects.toThrow('has no record at offset 2')
  expect(await committed()).toEqual([2])
})

test('a group with members is left alone; the message names them and the way on AWS', async () => {
  const { fill, mapping, committed, group, inEmptyGroup } = await setupSkip()
  await fill(0, 1)
  await mapping(async () => failure, { maximumRetryAttempts: -1 }).start()
  await expect.poll(committed, patience).toEqual([0])
  const message = new RegExp(
    `${group} has members: event-source-mapping-test on .*--no-enabled.*--reset-offsets --to-offset 1`,
  )
  await expect(inEmptyGroup(0n)).rejects.toThrow(message)
})

test('a record too large for the dead-letter topic is skipped with its place, size and digest', async () => {
  const { topic, send, commit, committed, deadLetters, inEmptyGroup } = await setupSkip()
  await send([{ value: Buffer.alloc(3_000_000) }], topic, CompressionTypes.GZIP)
  await commit(0)
  const copy = await (await inEmptyGroup(0n)).run()
  expect(await committed()).toEqual([1])
  expect(await deadLetters.find(copy.topic, copy.id)).toMatchObject({
    original: { topic, partition: 0, offset: 0n, value: null },
    problem: expect.stringContaining('read the original') as unknown,
  })
})

test('a batch that cannot be read is skipped whole, from any place in it, and its copy says up to where', async () => {
  const { topic, fill, commit, committed, deadLetters, inEmptyGroup } = await setupSkip()
  await fill(0, 1)
  await (await startJavaClient(brokers)).send(topic, [{ value: 'packed', count: 5 }], 'zstd')
  await fill(0, 1)
  breakZstd()
  await commit(2)
  const skip = await inEmptyGroup(2n)
  expect(skip.lastOffset).toBe(5n)
  const copy = await skip.run()
  expect(await committed()).toEqual([6])
  expect(await deadLetters.find(copy.topic, copy.id)).toMatchObject({
    reason: expect.stringContaining('all up to offset 5') as unknown,
    original: { offset: 2n, value: null },
  })
})

test('a runner moves its mapping past the record that blocks it, and keeps the copy', async () => {
  const { topic, fill, mapping, committed, read, group, at, deadLetters } = await setupSkip()
  await fill(0, 3)
  const running = mapping(
    async (records) => (records.some(({ offset }) => offset === 1) ? failure : success),
    { maximumRetryAttempts: -1, batchSize: 1 },
  )
  await running.start()
  const names = { id: 'm-1', functionName: 'stock', topic, consumerGroupId: group }
  const apiUrl = await serveRunner({
    reports: () => [{ ...names, metricGroups: [], ...running.state() }],
    mappings: () => [{ ...names, ...running }],
    keepSkipped: deadLetters.keepSkipped,
  })
  await expect.poll(committed, patience).toEqual([1])
  const skip = await skipByRunner(at(1n), { apiUrl, brokers })
  expect(skip?.deadLetterTopic).toBe(`${topic}.stock.dlq`)
  const copy = await skip?.run()
  await expect.poll(committed, patience).toEqual([3])
  expect((await read(copy?.topic ?? '')).map(({ value }) => value?.toString())).toEqual(['v-1'])
  await expect(skip?.run()).rejects.toThrow('the group is past it')

  const other = { ...at(1n), group: 'another' }
  expect(await skipByRunner(other, { apiUrl, brokers })).toBeUndefined()
  expect(await skipByRunner(at(1n), { apiUrl, brokers: ['elsewhere:9092'] })).toBeUndefined()
})

async function serveRunner(
  deps: Pick<Parameters<typeof createMappingsRoute>[0], 'reports'> & Parameters<typeof createSkipRoute>[0],
) {
  const nowhere = async () => undefined
  const listener = createAdminListener({
    health: nowhere,
    lambdaApi: nowhere,
    routes: [
      createMappingsRoute({ ...deps, kafkaBrokers: brokers, redisUrl: '', entries: () => [] }),
      createSkipRoute(deps),
    ],
  })
  return `${(await serve(listener)).url}/api`
}
