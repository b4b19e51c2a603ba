import { expect, test } from 'vitest'
import { parseManifest } from './manifest.ts'

const mapping = (change: object = {}) => ({
  topics: ['orders'],
  consumerGroupId: 'stock',
  startingPosition: 'LATEST',
  ...change,
})
const functionWith = (change: object = {}) => ({
  name: 'stock',
  port: 8082,
  handler: 'index.handler',
  buildId: 'x',
  triggers: { kafka: [mapping()] },
  ...change,
})
const parse = (...functions: readonly object[]) =>
  parseManifest({ functions, topics: [], api: { stage: '$default' } })

test('[2.3] a function behind a mapping may take 14 minutes at most', () => {
  expect(() => parse(functionWith({ timeout: 840 }))).not.toThrow()
  expect(() => parse(functionWith({ timeout: 841 }))).toThrow(
    'function "stock", timeout: must be 840 s at most',
  )
  expect(() => parse(functionWith({ timeout: 900, triggers: {} }))).not.toThrow()
})

test('[2.1] a consumer group is for one mapping only', () => {
  const other = { name: 'other', port: 8083 }
  expect(() => parse(functionWith(), functionWith(other))).toThrow(
    'function "other", triggers.kafka.0.consumerGroupId: "stock" is another mapping\'s',
  )
})

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const groupsOf = (...functions: readonly object[]) =>
  parse(...functions).functions.flatMap(({ triggers }) => triggers.kafka.map((one) => one.consumerGroupId))

test('[2.1] a mapping without a consumer group has a UUID of its own, the same at each start', () => {
  const kafka = [
    mapping({ consumerGroupId: undefined }),
    mapping({ consumerGroupId: undefined, topics: ['stock'] }),
  ]
  const functions = [
    functionWith({ triggers: { kafka } }),
    functionWith({ name: 'other', port: 8083, triggers: { kafka } }),
  ]
  const groups = groupsOf(...functions)
  expect(groups).toEqual(groups.map(() => expect.stringMatching(UUID) as unknown))
  expect(new Set(groups).size).toBe(4)
  expect(groupsOf(...functions)).toEqual(groups)
})

test('[2.1] two mappings of one function and topic need a consumer group of their own', () => {
  const kafka = [mapping({ consumerGroupId: undefined }), mapping({ consumerGroupId: undefined })]
  expect(() => parse(functionWith({ triggers: { kafka } }))).toThrow('triggers.kafka.1.consumerGroupId: "')
  expect(groupsOf(functionWith({ triggers: { kafka: [mapping(), ...kafka.slice(1)] } }))).toHaveLength(2)
})

test('[2.7] a Kafka destination must be there already', () => {
  const kafka = [
    mapping({
      provisionedPollerConfig: { minimumPollers: 1 },
      destinationConfig: { onFailure: { destination: 'kafka://orders.failed' } },
    }),
  ]
  expect(() => parse(functionWith({ triggers: { kafka } }))).toThrow('add it to functions/topics.json')
})
