import { expect, test } from 'vitest'
import { repairEmptyBatches } from './empty-batches.ts'
import { loadInternal } from './internals.ts'

interface Batch {
  readonly isEmptyDueToFiltering: () => boolean
  readonly lastOffset: () => string
}
const Batch = loadInternal('consumer/batch') as new (
  topic: string,
  fetchedOffset: string,
  data: object,
) => Batch

const batchOf = (...messages: readonly object[]) =>
  new Batch('orders', '7', { partition: 0, highWatermark: '20', messages })

test('a batch that came empty is reported like one whose records were all filtered, and moves no position', () => {
  repairEmptyBatches()
  const empty = batchOf()
  expect(empty.isEmptyDueToFiltering()).toBe(true)
  expect(empty.lastOffset()).toBe('6')
})

test('any other batch is what it was', () => {
  repairEmptyBatches()
  const markers = batchOf({ offset: '9', isControlRecord: true })
  expect(markers.isEmptyDueToFiltering()).toBe(true)
  expect(markers.lastOffset()).toBe('9')
  const records = batchOf({ offset: '8' }, { offset: '9', isControlRecord: true })
  expect(records.isEmptyDueToFiltering()).toBe(false)
  expect(records.lastOffset()).toBe('9')
})
