import { expect, test } from 'vitest'
import { type FunctionDefinition, manifestFunction } from '../manifest/function-definition.ts'
import { changedKeys, planSettings } from './plan-settings.ts'

const define = (name: string, more: object = {}): FunctionDefinition =>
  manifestFunction.parse({ name, port: 1, handler: 'index.handler', buildId: 'x', triggers: {}, ...more })
const running = (...definitions: readonly FunctionDefinition[]) =>
  new Map(definitions.map((definition) => [definition.name, { definition, variables: {} }]))
const noVariables = () => ({})

test('what is new, changed and gone is told apart; a build and a seed are no change of what runs', () => {
  const applied = running(define('same'), define('changed'), define('gone'))
  const same = define('same', { buildId: 'y', seed: [{ method: 'PUT', path: '/' }] })
  const functions = [same, define('changed', { timeout: 9 }), define('new')]
  const { added, changed, removed, failures } = planSettings(applied, { functions }, noVariables)
  const namesOf = (list: typeof added) => list.map(({ definition }) => definition.name)
  expect([namesOf(added), namesOf(changed), removed, failures]).toEqual([['new'], ['changed'], ['gone'], []])
})

test('a function whose variables are wrong is neither changed nor removed, and what is wrong for all is said once', () => {
  const variablesOf = () => {
    throw new Error('needs API_KEY')
  }
  const functions = [define('one', { timeout: 9 }), define('two')]
  expect(planSettings(running(define('one')), { functions }, variablesOf)).toEqual({
    added: [],
    changed: [],
    removed: [],
    failures: ['needs API_KEY'],
  })
})

test('the changed keys are named, the environment also for a new value, which is not shown', () => {
  const before = { definition: define('one'), variables: { API_KEY: 'old' } }
  const after = { definition: define('one', { timeout: 9, memorySize: 256 }), variables: { API_KEY: 'new' } }
  expect(changedKeys(before, after).toSorted()).toEqual(['environment', 'memorySize', 'timeout'])
})
