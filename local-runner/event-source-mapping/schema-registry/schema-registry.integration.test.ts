import { expect, test } from 'vitest'
import { failure, patience, setup, success } from '../testing/mapping-on-topic.ts'
import { type DoubleSchema, startRegistryDouble } from '../testing/registry-double.ts'

const AVRO = 7
const JSON_SCHEMA = 8
const PROTOBUF = 9
const PROTOBUF_WITH_IMPORT = 10
const schemas = new Map<number, DoubleSchema>([
  [AVRO, { schema: '{"type":"record","name":"O","fields":[{"name":"n","type":"int"}]}' }],
  [
    JSON_SCHEMA,
    {
      schemaType: 'JSON',
      schema: '{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]}',
    },
  ],
  [
    PROTOBUF,
    {
      schemaType: 'PROTOBUF',
      schema: 'syntax = "proto3"; message O { message Line { int64 line_no = 1; } int32 n = 1; }',
    },
  ],
  [
    PROTOBUF_WITH_IMPORT,
    { schemaType: 'PROTOBUF', schema: 'syntax = "proto3"; import "mine.proto"; message O {}' },
  ],
])

const framed = (schemaId: number, body: Buffer | string) => {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(schemaId, 1)
  return Buffer.concat([head, Buffer.from(body)])
}

interface Seen {
  readonly offset: number
  readonly key?: string
  readonly value?: string
  readonly keySchemaMetadata?: unknown
  readonly valueSchemaMetadata?: unknown
}

async function registrySetup(eventRecordFormat: 'JSON' | 'SOURCE', attributes = ['VALUE']) {
  const registry = await startRegistryDouble(schemas)
  const { mapping, topic, ...rest } = await setup()
  const seen: Seen[] = []
  return {
    ...rest,
    topic,
    registry,
    seen,
    text: () => seen.map(({ value }) => Buffer.from(value ?? '', 'base64').toString()),
    decoding: (parameters: Readonly<Record<string, unknown>> = {}, result = success) =>
      mapping(
        async (_, payload) => {
          const { records } = JSON.parse(payload) as { records: Record<string, Seen[]> }
          seen.push(...(records[`${topic}-0`] ?? []))
          return result
        },
        {
          schemaRegistryConfig: {
            schemaRegistryURI: registry.uri,
            eventRecordFormat,
            schemaValidationConfigs: attributes.map((attribute) => ({ attribute })),
          },
          ...parameters,
        },
      ),
  }
}

test('[1.3] with EventRecordFormat JSON a value of Avro or JSON becomes JSON text, with the schema beside it', async () => {
  const { send, committed, decoding, seen, text, registry } = await registrySetup('JSON')
  await send([
    { value: framed(AVRO, Buffer.from([6])) },
    { value: framed(JSON_SCHEMA, '{"n":4}') },
    { value: framed(AVRO, Buffer.from([8])) },
    { key: 'untouched', value: null },
  ])
  await decoding().start()
  await expect.poll(committed, patience).toEqual([4])
  expect(text()).toEqual(['{"n":3}', '{"n":4}', '{"n":4}', ''])
  expect(seen.map(({ valueSchemaMetadata }) => valueSchemaMetadata)).toEqual([
    { dataFormat: 'AVRO', schemaId: '7' },
    { dataFormat: 'JSON', schemaId: '8' },
    { dataFormat: 'AVRO', schemaId: '7' },
    undefined,
  ])
  expect(seen[3]).toMatchObject({ key: Buffer.from('untouched').toString('base64') })
  expect(registry.asked()).toBe(2)
})

test("[1.3] with SOURCE the bytes are the producer's without the registry's framing, Protobuf's message indexes included", async () => {
  const { send, committed, decoding, seen } = await registrySetup('SOURCE', ['KEY', 'VALUE'])
  const message = Buffer.from([8, 150, 1]) // field 1 is 150
  await send([
    {
      key: framed(AVRO, Buffer.from([6])),
      value: framed(PROTOBUF, Buffer.concat([Buffer.from([0]), message])),
    },
    // The second message of the first one: two indexes, 0 and 1.
    { value: framed(PROTOBUF, Buffer.concat([Buffer.from([4, 0, 2]), message])) },
  ])
  await decoding().start()
  await expect.poll(committed, patience).toEqual([2])
  expect(seen).toMatchObject([
    {
      key: Buffer.from([6]).toString('base64'),
      value: message.toString('base64'),
      keySchemaMetadata: { dataFormat: 'AVRO', schemaId: '7' },
      valueSchemaMetadata: { dataFormat: 'PROTOBUF', schemaId: '9' },
    },
    { value: message.toString('base64') },
  ])
})

test('[2.7] with SOURCE a list of message indexes that is cut off or negative is a DESERIALIZATION_ERROR', async () => {
  const { send, committed, decoding, seen } = await registrySetup('SOURCE')
  const broken = [[], [1], [4, 0], [255, 255, 255, 255, 15]]
  await send(broken.map((bytes) => ({ value: framed(PROTOBUF, Buffer.from(bytes)) })))
  const { start, named } = decoding()
  await start()
  await expect.poll(committed, patience).toEqual([broken.length])
  expect(seen).toEqual([])
  const discarded = named('batch.discarded')
  expect(discarded.flatMap(({ offsets }) => offsets)).toEqual(broken.map((_, offset) => `0@${offset}`))
  expect(new Set(discarded.map(({ condition }) => condition))).toEqual(new Set(['DESERIALIZATION_ERROR']))
})

test('[2.6] filters see the deserialized JSON', async () => {
  const { send, committed, decoding, text } = await registrySetup('JSON')
  await send([{ value: framed(AVRO, Buffer.from([6])) }, { value: framed(AVRO, Buffer.from([8])) }])
  await decoding({ filterCriteria: { filters: [{ pattern: '{"value":{"n":[4]}}' }] } }).start()
  await expect.poll(committed, patience).toEqual([2])
  expect(text()).toEqual(['{"n":4}'])
})

test('[2.7] what cannot be read goes to the destination with its reason and reaches no function; the rest does', async () => {
  const { send, committed, decoding, text, createTopic, read, topic } = await registrySetup('JSON')
  const failed = await createTopic(`${topic}.failed`)
  await send([
    { value: framed(99, 'x') },
    { value: 'not framed' },
    { value: framed(JSON_SCHEMA, '{"n":"text"}') },
    { value: framed(AVRO, Buffer.from([6])) },
  ])
  await decoding({ destinationConfig: { onFailure: { destination: `kafka://${failed}` } } }).start()
  await expect.poll(committed, patience).toEqual([4])
  expect(text()).toEqual(['{"n":3}'])
  const documents = (await read(failed)).map(({ value }) => JSON.parse(value?.toString() ?? '') as object)
  expect(documents).toMatchObject([
    { requestContext: { condition: 'SCHEMA_NOT_FOUND', approximateInvokeCount: 0 }, responseContext: null },
    { requestContext: { condition: 'DESERIALIZATION_ERROR' } },
    { requestContext: { condition: 'DESERIALIZATION_ERROR' } },
  ])
  expect(documents[1]).toMatchObject({
    payload: { records: { [`${topic}-0`]: [{ value: Buffer.from('not framed').toString('base64') }] } },
  })
})

test('[2.7] without a destination what cannot be read is dropped', async () => {
  const { send, committed, decoding, seen } = await registrySetup('JSON')
  await send([{ value: 'not framed' }])
  const { start, named } = decoding({}, failure)
  await start()
  await expect.poll(committed, patience).toEqual([1])
  expect(seen).toEqual([])
  expect(named('batch.discarded')).toMatchObject([{ condition: 'DESERIALIZATION_ERROR', isStored: false }])
})

test('[1.3] a registry that does not answer holds the partition until it does (ours)', async () => {
  const { send, committed, decoding, text, registry } = await registrySetup('JSON')
  registry.setDown(true)
  await send([{ value: framed(AVRO, Buffer.from([6])) }])
  const { start, state, named } = decoding()
  await start()
  await expect.poll(() => named('schema-registry.failed').length, patience).toBeGreaterThan(1)
  expect(state().partitions[0]?.lastFailure?.reason).toContain('answered 503')
  registry.setDown(false)
  await expect.poll(committed, patience).toEqual([1])
  expect(text()).toEqual(['{"n":3}'])
  expect(state().partitions[0]?.lastFailure).toBeUndefined()
})

test('[1.3] with EventRecordFormat JSON Protobuf becomes JSON text of the message its indexes name', async () => {
  const { send, committed, decoding, seen, text } = await registrySetup('JSON')
  await send([
    { value: framed(PROTOBUF, Buffer.from([0, 8, 150, 1])) },
    { value: framed(PROTOBUF, Buffer.from([4, 0, 0, 8, 4])) },
  ])
  await decoding().start()
  await expect.poll(committed, patience).toEqual([2])
  expect(text()).toEqual(['{"n":150}', '{"line_no":"4"}'])
  expect(seen[1]).toMatchObject({ valueSchemaMetadata: { dataFormat: 'PROTOBUF', schemaId: '9' } })
})

test('[2.7] Protobuf that does not follow its schema is a DESERIALIZATION_ERROR', async () => {
  const { send, committed, decoding, text } = await registrySetup('JSON')
  await send([
    { value: framed(PROTOBUF, '') },
    { value: framed(PROTOBUF, Buffer.from([2, 6, 8, 1])) },
    { value: framed(PROTOBUF, Buffer.from([0, 8])) },
    { value: framed(PROTOBUF, Buffer.from([0, 8, 1])) },
  ])
  const { start, named } = decoding()
  await start()
  await expect.poll(committed, patience).toEqual([4])
  expect(text()).toEqual(['{"n":1}'])
  const discarded = named('batch.discarded')
  expect(discarded.length).toBeGreaterThan(0)
  expect(new Set(discarded.map(({ condition }) => condition))).toEqual(new Set(['DESERIALIZATION_ERROR']))
})

test('a Protobuf schema that cannot be used holds the partition and says why', async () => {
  const { send, committed, decoding, seen } = await registrySetup('JSON')
  await send([{ value: framed(PROTOBUF_WITH_IMPORT, Buffer.from([0])) }])
  const { start, named } = decoding()
  await start()
  await expect
    .poll(() => named('schema-registry.failed')[0]?.reason, patience)
    .toContain('imports mine.proto')
  expect([seen, await committed()]).toEqual([[], [0]])
})
