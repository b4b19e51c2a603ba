import { expect, test } from 'vitest'
import { decideBatch, type Limits, type OpenPartition } from './batcher.ts'
import type { EventRecord } from './msk-event/msk-event.ts'

const limits: Limits = {
  batchSize: 10,
  windowMs: 500,
  maxPayloadBytes: 1000,
  emptyBytes: 100,
  partitionBytes: () => 9,
}

function records(count: number, jsonBytes = 10): EventRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    partition: 0,
    offset: BigInt(index),
    timestamp: '0',
    timestampMs: 0,
    key: null,
    json: '',
    jsonBytes,
    rejection: undefined,
  }))
}

const open = (partition: number, buffer: EventRecord[], windowStartMs = 0): OpenPartition => ({
  partition,
  buffer,
  windowStartMs,
})

const taken = (...pairs: [number, number][]) => new Map(pairs)

test('[1.2] closes by size as soon as there are enough records, over several partitions', () => {
  const decision = decideBatch([open(0, records(6)), open(1, records(6))], limits, 1)
  expect(decision).toEqual({ close: 'size', take: taken([0, 6], [1, 4]) })
})

test('[1.2] closes by window when the window of one partition has ended, with what the others have', () => {
  const partitions = [open(0, records(1), 400), open(1, records(2), 0), open(2, [], 0)]
  expect(decideBatch(partitions, limits, 500)).toEqual({ close: 'window', take: taken([1, 2], [0, 1]) })
})

test('waits for the rest of the window', () => {
  expect(decideBatch([open(0, records(1), 100)], limits, 250)).toEqual({ close: undefined, waitMs: 350 })
})

test('[2.1] sends at once with a window of 0', () => {
  const decision = decideBatch([open(0, records(1), 250)], { ...limits, windowMs: 0 }, 250)
  expect(decision).toEqual({ close: 'window', take: taken([0, 1]) })
})

test('does nothing without records, however long ago the window ended', () => {
  expect(decideBatch([open(0, [])], limits, 10_000)).toEqual({ close: undefined, waitMs: undefined })
})

test('[1.2] closes by payload before the record that does not fit', () => {
  // 100 + 10 for the partition + 2 × 401 = 912; a third record would make 1313.
  expect(decideBatch([open(0, records(5, 400))], limits, 0)).toEqual({
    close: 'payload',
    take: taken([0, 2]),
  })
})

test('a record that fits exactly is taken', () => {
  expect(decideBatch([open(0, records(1, 890))], limits, 500)).toEqual({
    close: 'window',
    take: taken([0, 1]),
  })
})

test('[1.2] singles out a record that no event can hold', () => {
  expect(decideBatch([open(0, records(3, 891))], limits, 0)).toEqual({
    close: 'oversized',
    take: taken([0, 1]),
  })
})

test('the partition served longest ago comes first', () => {
  const partitions = [open(0, records(20), 300), open(1, records(3), 200)]
  expect(decideBatch(partitions, limits, 400)).toEqual({ close: 'size', take: taken([1, 3], [0, 7]) })
})
