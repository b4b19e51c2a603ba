import { expect, test } from 'vitest'
import { readArguments } from './read-arguments.ts'

test('without arguments it builds, queues calls and runs functions in worker threads', () => {
  expect(readArguments([])).toEqual({
    prebuilt: false,
    strictConcurrency: false,
    environment: 'worker',
    fresh: false,
    yes: false,
  })
})

test.each([['--environment=process'], ['--environment', 'process']])('%s %s is read', (...args) => {
  expect(readArguments([...args, '--strict-concurrency', '--prebuilt', '--fresh', '--yes'])).toEqual({
    prebuilt: true,
    strictConcurrency: true,
    environment: 'process',
    fresh: true,
    yes: true,
  })
})

test.each([
  [['--fast'], /^Unknown argument --fast\. Arguments: --prebuilt/],
  [['fast'], /^Unknown argument fast\./],
  [['--environment=vm'], /^--environment must be worker, process or external\./],
  [['--environment'], /^--environment/],
  [['--yes'], /^--yes goes with --fresh/],
])('%j is refused with what there is', (args, message) => {
  expect(() => readArguments(args)).toThrow(message)
})
