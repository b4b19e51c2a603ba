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
] as const)('refuses %j: %s', ([args, message]) => {
  expect(() => parseDlqArguments(args)).toThrow(message)
})
