import { expect, test } from 'vitest'
import { headersInOrder } from '../kafka/kafkajs/header-order.ts'
import { failure, offsetsOf, patience, setup, success } from './testing/mapping-on-topic.ts'

test('[1.1] [6.3] a record without key and a tombstone lack the property, and the offset is a number', async () => {
  const { mapping, send, committed, topic } = await setup()
  await send([
    { key: null, value: 'v' },
    { key: 'k', value: null },
    { key: '', value: '' },
  ])
  const payloads: string[] = []
  const { start } = mapping(async (_, payload) => {
    payloads.push(payload)
    return success
  })
  await start()
  await expect.poll(committed, patience).toEqual([3])
  const { records } = JSON.parse(payloads[0] ?? '') as { records: Record<string, object[]> }
  expect(records[`${topic}-0`]).toEqual([
    expect.objectContaining({ offset: 0, value: 'dg==', headers: [] }),
    expect.objectContaining({ offset: 1, key: 'aw==' }),
    expect.objectContaining({ offset: 2, key: '', value: '' }),
  ])
  expect(records[`${topic}-0`]?.map((one) => ['key' in one, 'value' in one])).toEqual([
    [false, true],
    [true, false],
    [true, true],
  ])
})

test('[1.1] [6.2] headers are lists of signed bytes in the order in which they stand in the log, repeats and all', async () => {
  const { mapping, send, read, committed, topic } = await setup()
  // The client that sends groups them by name; what stands in the log is what counts.
  await send([{ value: 'v', headers: { b: [Buffer.from([200, 0]), '1'], a: 'x' } }])
  const inLog = headersInOrder((await read(topic))[0]?.headers)
  expect(inLog?.map(({ key }) => key)).toEqual(['b', 'b', 'a'])
  const payloads: string[] = []
  const { start } = mapping(async (_, payload) => {
    payloads.push(payload)
    return success
  })
  await start()
  await expect.poll(committed, patience).toEqual([1])
  expect(payloads[0]).toContain('"headers":[{"b":[-56,0]},{"b":[49]},{"a":[120]}]')
})

test('[1.2] [6.4] one invocation holds several partitions, each under <topic>-<partition>, capped together by batchSize', async () => {
  const { mapping, fill, committed, topic } = await setup({ partitions: 3 })
  await Promise.all([fill(0, 4), fill(1, 4), fill(2, 4)])
  const keys = new Set<string>()
  const sizes: number[] = []
  const { start } = mapping(
    async (records, payload) => {
      sizes.push(records.length)
      for (const key of Object.keys((JSON.parse(payload) as { records: object }).records)) keys.add(key)
      return success
    },
    { batchSize: 10, maximumBatchingWindowInSeconds: 2 },
  )
  await start()
  await expect.poll(committed, patience).toEqual([4, 4, 4])
  expect(sizes[0]).toBe(10)
  expect([...keys].sort()).toEqual([0, 1, 2].map((partition) => `${topic}-${partition}`))
})

test('without a window an invocation holds what one fetch brought of all partitions', async () => {
  const { mapping, fill, committed } = await setup({ partitions: 3 })
  await Promise.all([fill(0, 2), fill(1, 2), fill(2, 2)])
  const sizes: number[] = []
  const { start } = mapping(async (records) => {
    sizes.push(records.length)
    return success
  })
  await start()
  await expect.poll(committed, patience).toEqual([2, 2, 2])
  expect(sizes).toEqual([6])
})

test('[1.2] [6.7] a batch closes by size, by its window, or by 6 MB, whichever is first', async () => {
  const { mapping, fill, send, committed } = await setup()
  await fill(0, 5)
  const bySize = mapping(async () => success, { batchSize: 5, maximumBatchingWindowInSeconds: 300 })
  await bySize.start()
  await expect.poll(committed, patience).toEqual([5])
  expect(bySize.named('batch.closed')).toMatchObject([{ close: 'size' }])
  await bySize.stop()

  await fill(0, 5)
  const byWindow = mapping(async () => success, { maximumBatchingWindowInSeconds: 1 })
  await byWindow.start()
  await expect.poll(committed, patience).toEqual([10])
  expect(byWindow.named('batch.closed')).toMatchObject([{ close: 'window', records: { 0: 5 } }])
  await byWindow.stop()

  // 700,000 bytes are 933,334 in base64: six of them fit, not seven.
  for (let count = 0; count < 8; count += 1) await send([{ partition: 0, value: 'x'.repeat(700_000) }])
  const payloadBytes: number[] = []
  const byPayload = mapping(
    async (_, payload) => {
      payloadBytes.push(Buffer.byteLength(payload))
      return success
    },
    { maximumBatchingWindowInSeconds: 2 },
  )
  await byPayload.start()
  await expect.poll(committed, patience).toEqual([18])
  expect(byPayload.named('batch.closed')[0]).toMatchObject({ close: 'payload', records: { 0: 6 } })
  expect(Math.max(...payloadBytes)).toBeLessThanOrEqual(6_291_556)
})

test('[1.2] [2.7] a record that no event can hold is given up, with no invocation and a null responseContext', async () => {
  const { mapping, send, committed, createTopic, read, topic, admin } = await setup()
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: 2, name: topic, configEntries: [{ name: 'max.message.bytes', value: '10000000' }] }],
  })
  const failed = await createTopic(`${topic}.failed`)
  await send([{ partition: 0, key: 'big', value: Buffer.alloc(5_000_000, 'x') }])
  await send([{ partition: 0, value: 'after' }])
  const seen: (string | undefined)[] = []
  const { start, named } = mapping(
    async (records) => {
      seen.push(...records.map(({ value }) => value))
      return success
    },
    { destinationConfig: { onFailure: { destination: `kafka://${failed}` } } },
  )
  await start()
  await expect.poll(committed, patience).toEqual([2])
  expect(seen).toEqual(['after'])
  const [document] = await read(failed)
  expect(JSON.parse(document?.value?.toString() ?? '')).toMatchObject({
    requestContext: { condition: 'MaximumPayloadSizeExceeded', approximateInvokeCount: 0 },
    responseContext: null,
    // Ours: the failure topic takes 1 MB, so the record stays out of its own document.
    payloadOmitted: true,
    payload: { records: { [`${topic}-0`]: [{ partition: 0, offset: 0 }] } },
  })
  expect(named('destination.payload-omitted')).toMatchObject([{ offsets: ['0@0'] }])
})

test('[2.1] a disabled mapping polls nothing and is ready', async () => {
  const { mapping, fill, committed } = await setup()
  await fill(0, 1)
  const { start, state, stop } = mapping(async () => failure, { enabled: false })
  await start()
  expect(state()).toMatchObject({ status: 'disabled', isReady: true, partitions: [] })
  await stop()
  expect(await committed()).toEqual([-1])
})

test.for([
  [{}, 5, 12],
  [{ minimumPollers: 1, maximumPollers: 2 }, 5, 10],
  [{ minimumPollers: 2, maximumPollers: 2 }, 10, 10],
  [{ minimumPollers: 2, maximumPollers: 9 }, 10, 12],
] as const)(
  '[2.3] five invocations at once for each poller, never more than partitions: %j gives %d and later %d of 12',
  async ([provisionedPollerConfig, first, last]) => {
    const parameters = { provisionedPollerConfig, batchSize: 1 }
    const { mapping, fill, committed } = await setup({ partitions: 12 })
    await Promise.all(Array.from({ length: 12 }, (_, partition) => fill(partition, 2)))
    const gate = Promise.withResolvers<void>()
    const busy = async () => {
      await gate.promise
      return success
    }
    const unscaled = mapping(busy, parameters)
    await unscaled.start()
    await expect.poll(() => unscaled.state().recordsFetched, patience).toBe(24)
    expect(unscaled.state().batchesInFlight).toBe(first)
    const stopped = unscaled.stop()
    gate.resolve()
    await stopped
    const second = Promise.withResolvers<void>()
    const { start, state } = mapping(
      async () => {
        await second.promise
        return success
      },
      parameters,
      { pollersEveryMs: 20 },
    )
    await start()
    await expect.poll(() => state().batchesInFlight, patience).toBe(last)
    second.resolve()
    await expect.poll(committed, patience).toEqual(Array.from({ length: 12 }, () => 2))
  },
)

test('[2.3] every invocation has a request id of its own, and a retry a new one', async () => {
  const { mapping, fill, committed } = await setup()
  await fill(0, 2)
  const ids: (string | undefined)[] = []
  const { start } = mapping(
    async () => success,
    { batchSize: 1 },
    {
      invoke: async (_, options) => {
        ids.push(options?.requestId)
        return ids.length === 1 ? failure : success
      },
    },
  )
  await start()
  await expect.poll(committed, patience).toEqual([2])
  expect(new Set(ids).size).toBe(3)
  for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/)
})

test('[2.3] at least once, in order: what one mapping had committed the next does not deliver', async () => {
  const { mapping, fill, committed } = await setup()
  const seen: number[] = []
  for (let round = 1; round <= 3; round += 1) {
    await fill(0, 10)
    const { start, stop } = mapping(async (records) => {
      seen.push(...offsetsOf(records))
      return success
    })
    await start()
    await expect.poll(committed, patience).toEqual([10 * round])
    await stop()
  }
  expect(seen).toEqual([...Array(30).keys()])
})

test('[2.1] [6.7] the window is 500 ms where none is set, for a quarter of a batch too', async () => {
  const { mapping, fill, committed } = await setup()
  let nowMs = Date.now()
  const { start, state, named } = mapping(
    async () => success,
    { maximumBatchingWindowInSeconds: undefined },
    { now: () => nowMs },
  )
  await start()
  await fill(0, 25)
  await expect.poll(() => state().partitions[0], patience).toMatchObject({ buffered: 25, windowLeftMs: 500 })
  nowMs += 499
  expect(state().partitions[0]).toMatchObject({ windowLeftMs: 1 })
  nowMs += 1
  await fill(0, 1) // whatever comes wakes it
  await expect.poll(committed, patience).toEqual([26])
  expect(named('batch.closed')[0]).toMatchObject({ close: 'window' })
})
