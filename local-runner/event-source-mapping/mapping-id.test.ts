import { expect, test } from 'vitest'
import { defaultConsumerGroupId, mappingIdOf } from './mapping-id.ts'

test('[2.2] a consumer group that is left out is the UUID of the mapping', () => {
  const group = defaultConsumerGroupId('stock', 'orders')
  expect(mappingIdOf('stock', group, 'orders')).toBe(group)
})

test('[2.8] mappings that differ in function, topic or group have UUIDs of their own', () => {
  const ids = [
    mappingIdOf('stock', 'g', 'orders'),
    mappingIdOf('other', 'g', 'orders'),
    mappingIdOf('stock', 'h', 'orders'),
    mappingIdOf('stock', 'g', 'payments'),
    defaultConsumerGroupId('stock', 'orders'),
  ]
  expect(new Set(ids).size).toBe(ids.length)
})
