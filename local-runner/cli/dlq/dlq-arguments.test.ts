import { expect, test } from 'vitest'
import { parseDlqArguments } from './dlq-arguments.ts'

test('redrive takes names or --all, with its options', () => {
  expect(parseDlqArguments(['redrive', 't.dlq', '0@7', '1@3', '--dry-run', '--rate', '2.5'])).toMatchObject({
    verb: 'redrive',
    topic: 't.dlq',
    ids: ['0@7', '1@3'],
    isDryRun: true,
    ratePerSecond: 2.5,
  })
  expect(parseDlqArguments(['redrive', 't.dlq', '--all'])).toMatchObject({ ids: undefined, isDryRun: false })
})

test('discard takes names or --all and a reason, skip a place and a group; both ask unless told --yes', () => {
  const reason = 'a test order'
  expect(parseDlqArguments(['discard', 't.dlq', '0@7', '--reason', reason])).toEqual({
    verb: 'discard',
    topic: 't.dlq',
    ids: ['0@7'],
    reason,
    isYes: false,
  })
  expect(parseDlqArguments(['discard', 't.dlq', '--all', '--reason', reason, '--yes'])).toMatchObject({
    ids: undefined,
    isYes: true,
  })
  expect(parseDlqArguments(['skip', 't', '3', '1234', '--group', 'g'])).toEqual({
    verb: 'skip',
    topic: 't',
    partition: 3,
    offset: 1234n,
    group: 'g',
    isYes: false,
  })
})

test.for([
  [['redrive', 't.dlq'], 'not both'],
  [['redrive', 't.dlq', '0@7', '--all'], 'not both'],
  [['redrive', 't.dlq', '7'], 'such as 0@7'],
  [['redrive'], 'which topic'],
  [['redrive', 't.dlq', '--all', '--rate', 'fast'], 'above 0'],
  [['redrive', 't.dlq', '0@7', '--value', 'x', '--value-file', 'y'], 'not both'],
  [['show', 't.dlq', '0@1', '0@2'], 'one dead letter'],
  [['purge'], 'no command'],
  [['list', '--everything'], 'everything'],
  [['discard', 't.dlq', '0@7'], '--reason'],
  [['discard', 't.dlq', '0@7', '--reason', ' '], '--reason'],
  [['discard', 't.dlq', '--reason', 'test'], 'not both'],
  [['skip', 't', '0', '7'], '--group'],
  [['skip', 't', '0@7', '--group', 'g'], 'a partition and an offset'],
  [['skip', 't', '0', '7', '8', '--group', 'g'], 'a partition and an offset'],
] as const)('refuses %j: %s', ([args, message]) => {
  expect(() => parseDlqArguments(args)).toThrow(message)
})
