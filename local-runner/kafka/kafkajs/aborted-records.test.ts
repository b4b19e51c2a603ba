import { expect, test } from 'vitest'
import { findAborted } from './aborted-records.ts'
import type { Message } from './record-set.ts'

let nextOffset = 0
function batch(
  producerId: string,
  kind: 'records' | 'abort' | 'commit' | 'plain',
  keys: readonly (Buffer | null)[] = [null],
) {
  const isControlBatch = kind === 'abort' || kind === 'commit'
  const batchContext = {
    firstOffset: String(nextOffset),
    lastOffsetDelta: keys.length - 1,
    producerId,
    inTransaction: kind !== 'plain',
    isControlBatch,
  }
  return (isControlBatch ? [Buffer.from([0, 0, 0, kind === 'abort' ? 0 : 1])] : keys).map((key): Message => ({
    offset: String(nextOffset++),
    key,
    batchContext,
    isControlRecord: isControlBatch,
  }))
}

const offsetsOf = (messages: readonly Message[]) => messages.map(({ offset }) => Number(offset))

test('one producer aborts twice and commits between: the list is not in order', () => {
  nextOffset = 0
  const log = ['records', 'abort', 'records', 'commit', 'records', 'abort', 'records', 'commit'] as const
  const messages = log.flatMap((kind) => batch('7', kind))
  const aborted = [
    { producerId: '7', firstOffset: '4' },
    { producerId: '7', firstOffset: '0' },
  ]
  expect(offsetsOf(findAborted(messages, aborted))).toEqual([0, 4])
})

test('an abort that began before this fetch and one that ends after it', () => {
  nextOffset = 100
  const messages = [
    ...batch('1', 'records', [null, null]),
    ...batch('2', 'records'),
    ...batch('1', 'abort'),
    ...batch('1', 'records'),
    ...batch('2', 'records'),
  ]
  const aborted = [
    { producerId: '2', firstOffset: '102' },
    { producerId: '1', firstOffset: '20' },
  ]
  expect(offsetsOf(findAborted(messages, aborted))).toEqual([100, 101, 102, 105])
})

test('a transaction that begins inside a fetched batch, where two begin at once', () => {
  nextOffset = 0
  const messages = [...batch('1', 'records', [null, null]), ...batch('2', 'records')]
  const aborted = [
    { producerId: '1', firstOffset: '0' },
    { producerId: '2', firstOffset: '1' },
  ]
  expect(offsetsOf(findAborted(messages, aborted))).toEqual([0, 1, 2])
})

test('a key like a marker is none, and what is outside a transaction stays', () => {
  nextOffset = 0
  const messages = [
    ...batch('1', 'records', [Buffer.alloc(4), null]),
    ...batch('1', 'records'),
    ...batch('1', 'plain'),
  ]
  expect(offsetsOf(findAborted(messages, [{ producerId: '1', firstOffset: '0' }]))).toEqual([0, 1, 2])
})

test('a marker whose key is too short to be one ends nothing', () => {
  nextOffset = 0
  const [marker] = batch('1', 'abort')
  const short = { ...marker, key: Buffer.from([0]) } as Message
  const messages = [...batch('1', 'records'), short, ...batch('1', 'records')]
  expect(() => findAborted(messages, [{ producerId: '1', firstOffset: '0' }])).not.toThrow()
})
