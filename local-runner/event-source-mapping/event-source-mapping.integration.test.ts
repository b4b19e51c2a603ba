import { expect, test } from 'vitest'
import { answer, failure, offsetsOf, patience, setup, success } from './testing/mapping-on-topic.ts'
import type { Delivered } from './testing/parse-delivery.ts'

test('[2.3] [1.2] delivers every record in the order of its partition and commits the offset after the last', async () => {
  const { mapping, fill, committed } = await setup({ partitions: 3 })
  await Promise.all([fill(0, 250), fill(1, 30)])
  const seen: Delivered[] = []
  const { start } = mapping(async (records) => {
    seen.push(...records)
    return success
  })
  await start()
  await expect.poll(committed, patience).toEqual([250, 30, 0])
  const ofPartition = (wanted: number) => offsetsOf(seen.filter(({ partition }) => partition === wanted))
  expect(ofPartition(0)).toEqual([...Array(250).keys()])
  expect(ofPartition(1)).toEqual([...Array(30).keys()])
})

test('[2.3] a partition that fails waits in order while the others go on', async () => {
  const { mapping, fill, committed } = await setup({ partitions: 2 })
  await Promise.all([fill(0, 5), fill(1, 5)])
  const done: string[] = []
  const hasFailed = Promise.withResolvers<void>()
  const { start } = mapping(
    async ([record]) => {
      if (record === undefined) return failure
      const isOtherDone = done.filter((id) => id.startsWith('1@')).length === 5
      if (record.partition === 0 && record.offset === 2 && !isOtherDone) {
        hasFailed.resolve()
        return failure
      }
      if (record.partition === 1) await hasFailed.promise
      done.push(`${record.partition}@${record.offset}`)
      return success
    },
    { batchSize: 1 },
  )
  await start()
  await expect.poll(committed, patience).toEqual([5, 5])
  expect(done.filter((id) => id.startsWith('0@'))).toEqual(['0@0', '0@1', '0@2', '0@3', '0@4'])
})

test('[2.3] a partition that always fails does not hold up the others of its batch', async () => {
  const { mapping, fill, committed, topic } = await setup({ partitions: 12 })
  const others = Array.from({ length: 11 }, (_, index) => index + 1)
  await Promise.all([0, ...others].map((partition) => fill(partition, 1)))
  const { start } = mapping(
    async (records) =>
      answer({
        batchItemFailures: records
          .filter(({ partition }) => partition === 0)
          .map(({ offset }) => ({ itemIdentifier: { partition: `${topic}-0`, offset } })),
      }),
    { functionResponseTypes: ['ReportBatchItemFailures'], maximumBatchingWindowInSeconds: 1 },
    // Its retry does not come before the test ends.
    { retryDelayMs: () => 600_000 },
  )
  await start()
  await expect.poll(committed, patience).toEqual([0, ...others.map(() => 1)])
  await Promise.all(others.map((partition) => fill(partition, 1)))
  await expect.poll(committed, patience).toEqual([0, ...others.map(() => 2)])
})

test('[2.3] never runs two invocations that hold records of one partition', async () => {
  const { mapping, fill, committed } = await setup({ partitions: 4 })
  await Promise.all([0, 1, 2, 3].map((partition) => fill(partition, 40)))
  const held = new Map<number, number>()
  let most = 0
  let mostAtOnce = 0
  let atOnce = 0
  const { start } = mapping(
    async (records) => {
      const partitions = new Set(records.map(({ partition }) => partition))
      mostAtOnce = Math.max(mostAtOnce, (atOnce += 1))
      for (const one of partitions) held.set(one, (held.get(one) ?? 0) + 1)
      most = Math.max(most, ...held.values())
      await new Promise((resolve) => setImmediate(resolve))
      for (const one of partitions) held.set(one, (held.get(one) ?? 0) - 1)
      atOnce -= 1
      return success
    },
    { batchSize: 7 },
  )
  await start()
  await expect.poll(committed, patience).toEqual([40, 40, 40, 40])
  expect(most).toBe(1)
  expect(mostAtOnce).toBeGreaterThan(1)
})

test('[2.4] bisecting finds the poison record and gives up nothing else', async () => {
  const { mapping, fill, send, committed } = await setup()
  await fill(0, 7)
  await send([{ partition: 0, value: 'poison' }])
  await fill(0, 9)
  const done: number[] = []
  const { start, named } = mapping(
    async (records) => {
      if (records.some(({ value }) => value === 'poison')) return failure
      done.push(...offsetsOf(records))
      return success
    },
    { bisectBatchOnFunctionError: true, maximumRetryAttempts: 2 },
  )
  await start()
  await expect.poll(committed, patience).toEqual([17])
  expect(done).toEqual([...Array(17).keys()].filter((offset) => offset !== 7))
  expect(named('batch.discarded')).toMatchObject([
    { condition: 'RetriesExhausted', offsets: ['0@7'], isStored: false },
  ])
  // Splitting spends no retry: the poison record alone has its two.
  expect(named('batch.retrying')).toHaveLength(2)
})

test('[2.5] a partial response has just its records invoked again, and commits past the batch when all are done', async () => {
  const { mapping, fill, topic, committed } = await setup()
  await fill(0, 6)
  const calls: number[][] = []
  const commitsSeen: number[] = []
  const { start } = mapping(
    async (records) => {
      calls.push(offsetsOf(records))
      if (calls.length > 1) {
        await expect.poll(committed, patience).toEqual([2])
        commitsSeen.push(...(await committed()))
        return answer({ batchItemFailures: [] })
      }
      const failed = [2, 4].map((offset) => ({ itemIdentifier: { partition: `${topic}-0`, offset } }))
      return answer({ batchItemFailures: failed })
    },
    { functionResponseTypes: ['ReportBatchItemFailures'] },
  )
  await start()
  await expect.poll(committed, patience).toEqual([6])
  expect(calls).toEqual([
    [0, 1, 2, 3, 4, 5],
    [2, 4],
  ])
  expect(commitsSeen).toEqual([2])
})

test('[2.5] an identifier that the batch does not have fails the whole batch', async () => {
  const { mapping, fill, topic, committed } = await setup()
  await fill(0, 3)
  const calls: number[][] = []
  const { start } = mapping(
    async (records) => {
      calls.push(offsetsOf(records))
      if (calls.length > 1) return answer({})
      return answer({ batchItemFailures: [{ itemIdentifier: { partition: `${topic}-0`, offset: 99 } }] })
    },
    { functionResponseTypes: ['ReportBatchItemFailures'] },
  )
  await start()
  await expect.poll(committed, patience).toEqual([3])
  expect(calls).toEqual([
    [0, 1, 2],
    [0, 1, 2],
  ])
})

test('[2.4] [6.5] endless retries end at ten where there is a destination, which gets the failure and the record', async () => {
  const { mapping, send, createTopic, read, brokers, topic, committed } = await setup()
  const failed = await createTopic(`${topic}.failed`)
  await send([{ partition: 0, key: 'k', value: 'poison', headers: { h: Buffer.from([0xdc]) } }])
  let calls = 0
  const { start } = mapping(
    async () => {
      calls += 1
      return failure
    },
    { destinationConfig: { onFailure: { destination: `kafka://${failed}` } } },
  )
  await start()
  await expect.poll(committed, patience).toEqual([1])
  expect(calls).toBe(11)

  const [stored] = await read(failed)
  const key = stored?.key?.toString()
  const document: unknown = JSON.parse(stored?.value?.toString() ?? '')
  expect(key).toBe('k')
  expect(document).toMatchObject({
    requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 11 },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    KafkaBatchInfo: { batchSize: 1, bootstrapServers: brokers.join(','), recordInfo: { offset: '0' } },
    payload: {
      eventSource: 'aws:kafka',
      records: { [`${topic}-0`]: [{ offset: 0, headers: [{ h: [-36] }] }] },
    },
  })
})

test('[2.7] a destination gets more than fits in one message batch', async () => {
  const { mapping, send, admin, createTopic, topic, committed } = await setup()
  const failed = await createTopic(`${topic}.failed`)
  const value = 'x'.repeat(200_000)
  for (let count = 0; count < 10; count += 2) await send([{ value }, { value }])
  const { start, named } = mapping(async () => failure, {
    maximumRetryAttempts: 0,
    destinationConfig: { onFailure: { destination: `kafka://${failed}` } },
  })
  await start()
  await expect.poll(committed, patience).toEqual([10])
  const [offsets] = await admin.fetchTopicOffsets(failed)
  expect(offsets?.high).toBe('10')
  expect(named('destination.failed')).toEqual([])
})

test('[2.4] records older than the limit are given up without an invocation', async () => {
  const { mapping, send, committed } = await setup()
  const tooOld = String(Date.now() - 120_000)
  await send([
    { partition: 0, value: 'old', timestamp: tooOld },
    { partition: 0, value: 'new' },
  ])
  const seen: (string | undefined)[] = []
  const { start, named } = mapping(
    async (records) => {
      seen.push(...records.map(({ value }) => value))
      return success
    },
    { maximumRecordAgeInSeconds: 60 },
  )
  await start()
  await expect.poll(committed, patience).toEqual([2])
  expect(seen).toEqual(['new'])
  expect(named('batch.discarded')).toMatchObject([{ condition: 'RecordAgeExceeded', offsets: ['0@0'] }])
})

test('[2.6] [6.8] filtered records never reach the function and their offsets wait for its success', async () => {
  const { mapping, send, committed } = await setup()
  await send(['{"n":1}', '{"n":2}', '{"n":1}', '{"n":2}'].map((value) => ({ partition: 0, value })))
  const seen: number[][] = []
  const committedDuring: number[] = []
  const { start } = mapping(
    async (records) => {
      seen.push(offsetsOf(records))
      committedDuring.push(...(await committed()))
      return seen.length === 1 ? failure : success
    },
    { filterCriteria: { filters: [{ pattern: '{"value":{"n":[2]}}' }] } },
  )
  await start()
  await expect.poll(committed, patience).toEqual([4])
  expect(seen).toEqual([
    [1, 3],
    [1, 3],
  ])
  expect(Math.max(...committedDuring)).toBeLessThanOrEqual(1)
})

test('[2.3] being throttled counts as no attempt', async () => {
  const { mapping, fill, committed } = await setup()
  await fill(0, 1)
  let calls = 0
  const { start, named } = mapping(
    async () => {
      calls += 1
      if (calls < 5) return { outcome: 'throttled', reason: 'busy' }
      return calls === 5 ? failure : success
    },
    { maximumRetryAttempts: 1 },
  )
  await start()
  await expect.poll(committed, patience).toEqual([1])
  expect(calls).toBe(6)
  expect(named('batch.discarded')).toEqual([])
})

test('[2.3] a full buffer stops the fetching and nothing is lost or reordered', async () => {
  const { mapping, fill, committed } = await setup({ partitions: 2 })
  // More than one fetch holds, so that fetching has to stop and go on again.
  const prefix = 'x'.repeat(300)
  for (let sent = 0; sent < 12_000; sent += 2000) {
    await Promise.all([fill(0, 2000, prefix), fill(1, 2000, prefix)])
  }
  const next = [0, 0]
  const gate = Promise.withResolvers<void>()
  const { start, named } = mapping(
    async (records) => {
      await gate.promise
      for (const { partition, offset } of records) {
        if (next[partition] !== offset) return failure
        next[partition] = offset + 1
      }
      return success
    },
    { batchSize: 500, maximumRetryAttempts: 0 },
  )
  await start()
  await expect.poll(() => named('fetching.paused').length, patience).toBe(2)
  gate.resolve()
  await expect.poll(committed, patience).toEqual([12_000, 12_000])
  expect(next).toEqual([12_000, 12_000])
  for (const { buffered } of named('fetching.paused')) expect(buffered).toBeLessThan(12_000)
})

test('[2.3] stop() ends an endless retry, commits nothing of it, and the records are delivered again', async () => {
  const { mapping, fill, committed } = await setup()
  await fill(0, 3)
  const first = mapping(async () => failure)
  await first.start()
  await expect.poll(() => first.named('batch.retrying').length, patience).toBeGreaterThan(2)
  await first.stop()
  expect(await committed()).toEqual([0])
  expect(first.state()).toMatchObject({ status: 'stopped', batchesInFlight: 0 })

  const seen: number[] = []
  const second = mapping(async (records) => {
    seen.push(...offsetsOf(records))
    return success
  })
  await second.start()
  await expect.poll(committed, patience).toEqual([3])
  expect(seen).toEqual([0, 1, 2])
})

test('[2.3] stop() waits for the invocation under way and commits it', async () => {
  const { mapping, fill, committed } = await setup()
  await fill(0, 2)
  const gate = Promise.withResolvers<void>()
  const entered = Promise.withResolvers<void>()
  const { start, stop, state } = mapping(async () => {
    entered.resolve()
    await gate.promise
    return success
  })
  await start()
  await entered.promise
  const stopped = stop()
  expect(await committed()).toEqual([0])
  expect(state()).toMatchObject({ status: 'polling', batchesInFlight: 1 })
  gate.resolve()
  await stopped
  expect(await committed()).toEqual([2])
})

test('[2.2] LATEST begins after what is there, and a record that comes while the mapping is down is not missed', async () => {
  const { mapping, fill, committed } = await setup()
  await fill(0, 5)
  const seen: number[] = []
  const invoke = async (records: readonly Delivered[]) => {
    seen.push(...offsetsOf(records))
    return success
  }
  const first = mapping(invoke, { startingPosition: 'LATEST' })
  await first.start()
  await expect.poll(committed, patience).toEqual([5])
  await first.stop()
  await fill(0, 2)
  const second = mapping(invoke, { startingPosition: 'LATEST' })
  await second.start()
  await expect.poll(committed, patience).toEqual([7])
  expect(seen).toEqual([5, 6])
})

test('[2.2] AT_TIMESTAMP begins at the first record of that time or later', async () => {
  const { mapping, send, committed } = await setup()
  const nowSeconds = Math.floor(Date.now() / 1000)
  const atSeconds = (seconds: number) => String(seconds * 1000)
  await send([
    { partition: 0, value: 'a', timestamp: atSeconds(nowSeconds - 100) },
    { partition: 0, value: 'b', timestamp: atSeconds(nowSeconds - 50) },
  ])
  const seen: (string | undefined)[] = []
  const { start } = mapping(
    async (records) => {
      seen.push(...records.map(({ value }) => value))
      return success
    },
    { startingPosition: 'AT_TIMESTAMP', startingPositionTimestamp: nowSeconds - 60 },
  )
  await start()
  await expect.poll(committed, patience).toEqual([2])
  expect(seen).toEqual(['b'])
})

test('[2.2] a second member in mid-batch neither loses records nor lets a lost partition be committed', async () => {
  const { mapping, fill, committed } = await setup({ partitions: 2 })
  await Promise.all([fill(0, 3), fill(1, 3)])
  const gate = Promise.withResolvers<void>()
  const entered = new Set<number>()
  const first = mapping(
    async ([record]) => {
      entered.add(record?.partition ?? -1)
      await gate.promise
      return success
    },
    { batchSize: 3 },
  )
  await first.start()
  await expect.poll(() => entered.size, patience).toBe(2)

  const second = mapping(async () => failure)
  await second.start()
  await expect.poll(() => first.state().partitions.length, patience).toBe(1)
  await expect.poll(() => second.named('batch.retrying').length, patience).toBeGreaterThan(0)
  const kept = first.state().partitions[0]?.partition ?? -1
  const moved = second.state().partitions[0]?.partition ?? -1
  expect(moved).toBe(1 - kept)

  gate.resolve()
  await expect.poll(async () => (await committed())[kept], patience).toBe(3)
  await expect.poll(() => first.state().batchesInFlight, patience).toBe(0)
  expect((await committed())[moved]).toBe(0)

  await second.stop()
  await expect.poll(committed, patience).toEqual([3, 3])
  // What stayed was not delivered twice, what moved was delivered again.
  const invoked = first.named('batch.succeeded').map(({ records }) => records)
  expect(invoked.filter((records) => JSON.stringify(records) === JSON.stringify({ [kept]: 3 }))).toHaveLength(
    1,
  )
})
