import { expect, test } from 'vitest'
import { parseReconcileArguments } from './reconcile-arguments.ts'

test.each([
  [[], { verb: 'rebuild' }],
  [['--check'], { verb: 'check' }],
  [['--thaw'], { verb: 'thaw', isYes: false }],
  [['--thaw', '--yes'], { verb: 'thaw', isYes: true }],
  [['--help'], { verb: 'help' }],
])('%j is %j', (args, command) => {
  expect(parseReconcileArguments(args)).toEqual(command)
})

test.each([
  [['--check', '--thaw'], '--check and --thaw are two commands'],
  [['--yes'], '--yes goes with --thaw'],
  [['--check', '--yes'], '--yes goes with --thaw'],
  [['--fix'], /^Unknown argument --fix\. .*--check.*--thaw/],
  [['stock'], /^Unknown argument stock\./],
  [['--check=no'], /^--check takes no value/],
])('%j is refused, with what there is', (args, message) => {
  expect(() => parseReconcileArguments(args)).toThrow(message)
})
