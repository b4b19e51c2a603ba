import type { Batch, KafkaMessage } from 'kafkajs'
import { expect, test } from 'vitest'
import { fillLane } from './fill-lane.ts'
import { createLane } from './lane.ts'
import { createMskEventFormat } from './msk-event/msk-event.ts'

const { toRecord } = createMskEventFormat('orders', 'b:9092')
const batch = {
  messages: ['0', '1', '2'].map((offset) => ({ offset, timestamp: '0', key: null, value: null })),
  lastOffset: () => '2',
  highWatermark: '3',
} as unknown as Batch

test('a record that no event can be made of is where the lane stops; those before it are taken, and none twice', () => {
  const lane = createLane(0, 0)
  const counted: (readonly number[])[] = []
  const failed = fillLane(lane, batch, {
    passes: () => true,
    toRecord: (partition: number, message: KafkaMessage) => {
      if (message.offset === '1') throw new RangeError('Invalid string length')
      return toRecord(partition, message)
    },
    decoder: undefined,
    onFetched: (...counts) => counted.push(counts),
    record: () => undefined,
  })
  expect(failed?.message).toBe(
    'The record at offset 1 cannot become an event: RangeError: Invalid string length',
  )
  expect(lane.position).toBe(1n)
  expect(lane.buffer.map(({ offset }) => offset)).toEqual([0n])
  expect(counted).toEqual([[1, 0]])
})
