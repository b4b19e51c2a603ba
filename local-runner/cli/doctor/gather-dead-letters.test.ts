import { expect, test } from 'vitest'
import type { Found } from '../../dead-letters/dead-letter.ts'
import { gatherDeadLetters } from './gather-dead-letters.ts'

const original = { topic: 'orders', partition: 0, offset: 7n, key: null, value: null, headers: [] }
const letter = (reason: string, change: object = {}): Found => ({
  kind: 'dlq',
  topic: 'orders.stock.dlq',
  id: '0@1',
  reason,
  attempts: 1,
  at: '2026-11-28T09:00:00.000Z',
  service: 'stock',
  original,
  isRedriven: false,
  ...change,
})
const gather = (letters: readonly Found[]) =>
  gatherDeadLetters('orders.stock.dlq', {
    show: async function* () {
      yield* letters
    },
  })

test('counts by the code of the reason, and finds the newest', async () => {
  const unreadable: Found = {
    topic: 'orders.stock.dlq',
    id: '0@2',
    problem: 'no headers',
    digest: 'd',
    isRedriven: false,
  }
  const newest = { at: '2026-11-28T10:00:00.000Z' }
  expect(
    await gather([
      letter('event_invalid: a'),
      letter('event_invalid: b', newest),
      letter('old: c'),
      unreadable,
    ]),
  ).toMatchObject({
    waiting: 4,
    isComplete: true,
    newestAt: newest.at,
    reasons: new Map([
      ['event_invalid', 2],
      ['old', 1],
      ['unreadable', 1],
    ]),
  })
})

test('what was redriven or discarded waits no more', async () => {
  const done = [letter('a', { isRedriven: true }), letter('a', { discarded: { at: '', reason: '' } })]
  expect(await gather([...done, letter('b')])).toMatchObject({ waiting: 1, reasons: new Map([['b', 1]]) })
})

test('events that no store has are told by what their function says of them', async () => {
  const reasonOf = (what: string) => `event_not_in_store: Event o-1:1 was not applied: ${what}`
  const forged = reasonOf('another content. It looks forged: find out')
  const unclear = reasonOf('Redis has no order o-1. It looks as if Redis has lost writes')
  expect((await gather([letter(unclear), letter(forged), letter(unclear)])).notInStore).toEqual({
    forged: 1,
    unclear: 2,
    example: unclear,
  })
})

test('neither letters nor reasons without end are read', async () => {
  const many = Array.from({ length: 20_001 }, (_, index) => letter(`reason-${index}: x`))
  const { waiting, isComplete, reasons } = await gather(many)
  expect({ waiting, isComplete, reasons: reasons.size }).toEqual({
    waiting: 20_000,
    isComplete: false,
    reasons: 100,
  })
})
