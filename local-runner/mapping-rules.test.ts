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

test('[2.7] a Kafka destination must be there already', () => {
  const kafka = [
    mapping({
      provisionedPollerConfig: { minimumPollers: 1 },
      destinationConfig: { onFailure: { destination: 'kafka://orders.failed' } },
    }),
  ]
  expect(() => parse(functionWith({ triggers: { kafka } }))).toThrow('add it to functions/topics.json')
})
