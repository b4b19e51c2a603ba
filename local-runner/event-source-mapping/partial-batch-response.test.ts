import { expect, test } from 'vitest'
import { parseBatchResponse } from './partial-batch-response.ts'

const batch = [
  { partition: 0, offset: 5n },
  { partition: 0, offset: 6n },
  { partition: 1, offset: 5n },
]
const failures = (...ids: readonly unknown[]) =>
  JSON.stringify({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) })

test.for(['null', '', '{}', '{"batchItemFailures":[]}', '{"batchItemFailures":null}', '{"other":1}'])(
  '[2.5] the response %j is a success',
  (payload) => {
    expect(parseBatchResponse(payload, 't', batch)).toEqual({ kind: 'success' })
  },
)

test('[2.5] [6.1] names the failed records by topic-partition and offset', () => {
  const response = parseBatchResponse(
    failures({ partition: 't-0', offset: 6 }, { partition: 't-1', offset: 5 }),
    't',
    batch,
  )
  if (response.kind !== 'partial') throw new Error(`got ${response.kind}`)
  expect(batch.map(({ partition, offset }) => response.isFailed(partition, offset))).toEqual([
    false,
    true,
    true,
  ])
})

test.for([
  ['an offset that the batch does not have', failures({ partition: 't-0', offset: 7 }), 'no record t-0 7'],
  ['a partition that the batch does not have', failures({ partition: 't-2', offset: 5 }), 'no record t-2 5'],
  [
    'one good and one unknown',
    failures({ partition: 't-0', offset: 5 }, { partition: 't-0', offset: 9 }),
    't-0 9',
  ],
  ['a string identifier, as SQS has', failures('t-0-5'), 'itemIdentifier'],
  ['an offset as text', failures({ partition: 't-0', offset: '5' }), 'offset'],
  ['an empty identifier', failures(''), 'itemIdentifier'],
  ['no identifier', '{"batchItemFailures":[{}]}', 'itemIdentifier'],
  ['a string', '"OK"', 'expected object'],
  ['a number', '1', 'expected object'],
  ['no JSON', '<html>', 'not JSON'],
])('[2.5] %s fails the whole batch', ([, payload = '', reason]) => {
  const response = parseBatchResponse(payload, 't', batch)
  if (response.kind !== 'invalid') throw new Error(`got ${response.kind}`)
  expect(response.reason).toContain(reason)
})
