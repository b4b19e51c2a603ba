import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import kafkajs from 'kafkajs'
import { expect, test } from 'vitest'
import { failure, patience, setup, success } from '../testing/mapping-on-topic.ts'

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const arns = {
  sqs: 'arn:aws:sqs:us-east-1:000000000000:given-up',
  sns: 'arn:aws:sns:us-east-1:000000000000:given-up',
  s3: 'arn:aws:s3:::given-up',
}

test.for(['sqs', 'sns', 's3'] as const)(
  '[2.7] a batch given up is one document in the file that stands for %s; S3 adds the payload as text',
  async (kind) => {
    const { mapping, send, committed, destinationsDirectory, topic, brokers } = await setup({ partitions: 2 })
    const timestamp = '1700000000000'
    await send([
      { partition: 0, value: 'a', timestamp },
      { partition: 0, value: 'b', timestamp: '1700000001000' },
      { partition: 1, value: 'c', timestamp },
    ])
    const payloads: string[] = []
    let requestId: string | undefined
    const { start } = mapping(
      async () => failure,
      {
        maximumRetryAttempts: 2,
        maximumBatchingWindowInSeconds: 1,
        destinationConfig: { onFailure: { destination: arns[kind] } },
      },
      {
        invoke: async (payload, options) => {
          payloads.push(payload)
          requestId = options?.requestId
          return failure
        },
      },
    )
    await start()
    await expect.poll(committed, patience).toEqual([2, 1])
    const lines = (await readFile(join(destinationsDirectory, `${kind}-given-up.jsonl`), 'utf8'))
      .trimEnd()
      .split('\n')
    expect(lines).toHaveLength(1)
    const payload = payloads[2] ?? ''
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      requestContext: {
        requestId,
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:test',
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 3,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: expect.stringMatching(ISO) as unknown,
      KafkaBatchInfo: {
        batchSize: 3,
        eventSourceArn: expect.stringMatching(/^arn:aws:kafka:/) as unknown,
        bootstrapServers: brokers.join(','),
        payloadSize: Buffer.byteLength(payload),
        recordsInfo: {
          [`${topic}-0`]: {
            firstRecordOffset: '0',
            lastRecordOffset: '1',
            firstRecordTimestamp: '2023-11-14T22:13:20.000Z',
            lastRecordTimestamp: '2023-11-14T22:13:21.000Z',
          },
          [`${topic}-1`]: {
            firstRecordOffset: '0',
            lastRecordOffset: '0',
            firstRecordTimestamp: '2023-11-14T22:13:20.000Z',
            lastRecordTimestamp: '2023-11-14T22:13:20.000Z',
          },
        },
      },
      ...(kind === 's3' ? { payload } : {}),
    })
  },
)

test('[2.7] a Kafka topic gets one document for each record, under its key; offsets are text, the payload an object', async () => {
  const { mapping, send, committed, createTopic, read, topic, brokers } = await setup()
  const failed = await createTopic(`${topic}.failed`)
  await send([{ key: 'k', value: 'v', timestamp: '1700000000000' }, { value: 'keyless' }])
  let lastId: string | undefined
  const { start } = mapping(
    async () => failure,
    { maximumRetryAttempts: 1, destinationConfig: { onFailure: { destination: `kafka://${failed}` } } },
    {
      invoke: async (_, options) => {
        lastId = options?.requestId
        return failure
      },
    },
  )
  await start()
  await expect.poll(committed, patience).toEqual([2])
  const stored = await read(failed)
  expect(stored.map(({ key }) => key?.toString())).toEqual(['k', undefined])
  const record = {
    topic,
    partition: 0,
    offset: 0,
    timestamp: 1_700_000_000_000,
    timestampType: 'CREATE_TIME',
    key: 'aw==',
    value: 'dg==',
    headers: [],
  }
  const payload = {
    eventSource: 'aws:kafka',
    eventSourceArn:
      'arn:aws:kafka:us-east-1:000000000000:cluster/local/00000000-0000-0000-0000-000000000000-1',
    bootstrapServers: brokers.join(','),
    records: { [`${topic}-0`]: [record] },
  }
  expect(JSON.parse(stored[0]?.value?.toString() ?? '')).toEqual({
    requestContext: {
      requestId: lastId,
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:test',
      condition: 'RetriesExhausted',
      approximateInvokeCount: 2,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: expect.stringMatching(ISO) as unknown,
    KafkaBatchInfo: {
      batchSize: 1,
      eventSourceArn: payload.eventSourceArn,
      bootstrapServers: brokers.join(','),
      payloadSize: Buffer.byteLength(JSON.stringify(payload)),
      recordInfo: { offset: '0', timestamp: '2023-11-14T22:13:20.000Z' },
    },
    payload,
  })
})

test('[2.7] a destination that is not there is tried again until it is, and nothing is committed before (ours)', async () => {
  const { mapping, fill, committed, createTopic, read, topic } = await setup()
  await fill(0, 2)
  const failed = `${topic}.failed`
  const { start, named } = mapping(async () => failure, {
    maximumRetryAttempts: 0,
    destinationConfig: { onFailure: { destination: `kafka://${failed}` } },
  })
  await start()
  await expect.poll(() => named('destination.failed').length, patience).toBeGreaterThan(1)
  expect(await committed()).toEqual([0])
  await createTopic(failed)
  await expect.poll(committed, patience).toEqual([2])
  expect(await read(failed)).toHaveLength(2)
})

test.for(['kafka', 's3'] as const)(
  '[2.7] a timestamp that no Date can hold, such as nanoseconds, becomes a document for %s (ours)',
  async (kind) => {
    const { mapping, send, committed, createTopic, read, destinationsDirectory, topic } = await setup({
      // Before Kafka 4.0 this is the default.
      configEntries: [{ name: 'message.timestamp.after.max.ms', value: '9223372036854775807' }],
    })
    const failed = await createTopic(`${topic}.failed`)
    await send([{ value: 'v', timestamp: '1700000000000000000' }])
    const { start } = mapping(async () => failure, {
      maximumRetryAttempts: 0,
      destinationConfig: { onFailure: { destination: kind === 'kafka' ? `kafka://${failed}` : arns.s3 } },
    })
    await start()
    await expect.poll(committed, patience).toEqual([1])
    const document =
      kind === 'kafka'
        ? (await read(failed))[0]?.value?.toString()
        : await readFile(join(destinationsDirectory, 's3-given-up.jsonl'), 'utf8')
    expect(document).toContain('imestamp":"+53872825-06-17T22:13:20.000Z"')
    expect(document).toMatch(/timestamp\\*":1700000000000000000,/)
  },
)

test('[2.7] a destination with a small limit takes what it can of a batch, each document by itself (ours)', async () => {
  const { mapping, send, committed, createTopic, read, topic } = await setup()
  const failed = await createTopic(`${topic}.failed`, 1, [{ name: 'max.message.bytes', value: '3000' }])
  await send(['a', 'b', 'c', 'x'.repeat(3000)].map((value) => ({ key: 'k', value })))
  const { start, named } = mapping(async () => failure, {
    maximumRetryAttempts: 0,
    maximumBatchingWindowInSeconds: 1,
    destinationConfig: { onFailure: { destination: `kafka://${failed}` } },
  })
  await start()
  await expect.poll(committed, patience).toEqual([4])
  const stored = (await read(failed)).map(({ value }) => value?.toString() ?? '')
  expect(stored.map((text) => text.includes('payloadOmitted'))).toEqual([false, false, false, true])
  expect(named('destination.payload-omitted')).toMatchObject([{ offsets: ['0@3'] }])
  expect(named('destination.failed')).toEqual([])
})

test('[2.7] a record that is larger than any request to a broker is stored without its payload (ours)', async () => {
  const { mapping, send, committed, createTopic, read, topic } = await setup()
  const failed = await createTopic(`${topic}.failed`)
  await send([{ value: Buffer.alloc(80_000_000) }], topic, kafkajs.CompressionTypes.GZIP)
  const { start } = mapping(async () => failure, {
    destinationConfig: { onFailure: { destination: `kafka://${failed}` } },
  })
  await start()
  await expect.poll(committed, { timeout: 60_000, interval: 100 }).toEqual([1])
  const [stored] = await read(failed)
  expect(JSON.parse(stored?.value?.toString() ?? '')).toMatchObject({
    requestContext: { condition: 'MaximumPayloadSizeExceeded' },
    payloadOmitted: true,
  })
}, 90_000)

test('[2.7] a record whose JSON is longer than any string is stored as its place, and the others are served', async () => {
  const { mapping, send, committed, createTopic, read, topic, destinationsDirectory } = await setup()
  const failed = await createTopic(`${topic}.failed`)
  await send([{ value: 'before' }])
  const headers = { h: Buffer.alloc(112_000_000, 0x80) }
  await send([{ key: 'k', value: 'v', headers }, { value: 'behind' }], topic, kafkajs.CompressionTypes.GZIP)
  const seen: (string | undefined)[] = []
  const { start, stop, named } = mapping(
    async (records) => {
      seen.push(...records.map(({ value }) => value))
      return success
    },
    { destinationConfig: { onFailure: { destination: `kafka://${failed}` } } },
  )
  await start()
  await expect.poll(committed, patience).toEqual([3])
  await stop()
  expect(seen).toEqual(['before', 'behind'])
  expect(named('consumer.crashed')).toEqual([])
  expect(named('destination.payload-omitted')).toMatchObject([{ offsets: ['0@1'] }])
  const [stored] = await read(failed)
  expect(stored?.key).toBeNull()
  expect(JSON.parse(stored?.value?.toString() ?? '')).toMatchObject({
    requestContext: { condition: 'MaximumPayloadSizeExceeded' },
    payloadOmitted: true,
  })

  const bucket = mapping(async () => success, {
    consumerGroupId: `${topic}-bucket`,
    destinationConfig: { onFailure: { destination: 'arn:aws:s3:::too-large' } },
  })
  await bucket.start()
  await expect.poll(() => bucket.named('batch.discarded').length, patience).toBe(1)
  const [line] = (await readFile(join(destinationsDirectory, 's3-too-large.jsonl'), 'utf8')).split('\n')
  expect(JSON.parse(line ?? '')).toMatchObject({ payloadOmitted: true })
}, 90_000)
