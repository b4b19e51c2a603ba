import { expect, test } from 'vitest'
import { diagnoseDeadLetters } from './diagnose-dead-letters.ts'
import type { DeadLetterFacts, RedisNodeFacts } from './facts.ts'

const nowMs = Date.parse('2026-11-28T10:00:00Z')
const none: DeadLetterFacts = {
  topic: 'orders.stock.dlq',
  waiting: 0,
  isComplete: true,
  newestAt: undefined,
  reasons: new Map(),
  notInStore: { forged: 0, unclear: 0, example: undefined },
}
const some: DeadLetterFacts = {
  ...none,
  waiting: 12,
  newestAt: '2026-11-28T09:57:00.000Z',
  reasons: new Map([
    ['event_too_old', 2],
    ['event_invalid', 10],
  ]),
}
const redis = (mayHaveLostWrites: boolean) => ({
  error: undefined,
  nodes: [
    {
      address: 'a:1',
      refusal: undefined,
      usedBytes: 1,
      maxBytes: 0,
      mayHaveLostWrites,
    } satisfies RedisNodeFacts,
  ],
})
const notInStore = (forged: number, unclear: number): DeadLetterFacts => ({
  ...some,
  notInStore: { forged, unclear, example: 'event_not_in_store: Redis has no order o-1' },
})
const lookOf = (facts: DeadLetterFacts, of: ReturnType<typeof redis> | undefined) =>
  diagnoseDeadLetters(facts, of, nowMs)[1]

test('what waits is counted, with the newest and the most common reasons', () => {
  expect(diagnoseDeadLetters(none, undefined, nowMs)).toEqual([])
  expect(diagnoseDeadLetters(some, redis(false), nowMs)).toMatchObject([
    {
      cause: 'dead-letters',
      what: '12 dead letters wait in orders.stock.dlq, the newest 3 min ago: event_invalid (10), event_too_old (2)',
      commands: ['npm run dlq -- show orders.stock.dlq'],
    },
  ])
  expect(diagnoseDeadLetters({ ...some, isComplete: false }, undefined, nowMs)[0]?.what).toMatch(
    /^More than 12/,
  )
  // Its time is what the record says, so anything.
  expect(diagnoseDeadLetters({ ...some, newestAt: 'tomorrow' }, undefined, nowMs)[0]?.what).not.toContain(
    'newest',
  )
})

test('an event that no store has is lost writes where Redis can have lost some', () => {
  expect(lookOf(notInStore(0, 3), redis(true))).toMatchObject({
    cause: 'event-not-in-store',
    what: expect.stringContaining('looks like lost writes') as unknown,
    commands: ['npm run reconcile -- --check', 'npm run reconcile'],
  })
})

test('it is a forger where Redis has lost nothing, or the function is certain', () => {
  for (const finding of [lookOf(notInStore(0, 3), redis(false)), lookOf(notInStore(1, 2), redis(true))]) {
    expect(finding).toMatchObject({
      what: expect.stringContaining('looks like a forger') as unknown,
      commands: ['npm run reconcile -- --check'],
    })
  }
})

test('without Redis it stays open which it is', () => {
  expect(lookOf(notInStore(0, 3), undefined)?.what).toContain('cannot be told apart')
})
