import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { failure, patience, setup } from '../testing/mapping-on-topic.ts'

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
