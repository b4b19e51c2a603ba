import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { manifestFunction } from '../manifest/function-definition.ts'
import { createFunctionEnvironment } from './create-function-environment.ts'

const NAMES = ['OWN', 'FILE', 'ALL', 'PROVIDED', 'DEFAULT'] as const
const valuesFrom = (source: string, count: number) =>
  NAMES.slice(0, count).map((name) => [name, source] as const)
const toText = (values: readonly (readonly [string, string])[]) =>
  values.map(([name, value]) => `${name}=${value}\n`).join('')

function createProject(ownFile: string) {
  const projectDirectory = mkdtempSync(join(tmpdir(), 'function-environment-'))
  writeFileSync(join(projectDirectory, '.env'), toText(valuesFrom('.env', 3)))
  writeFileSync(join(projectDirectory, '.env.order'), ownFile)
  return createFunctionEnvironment({
    projectDirectory,
    ownVariables: new Map(valuesFrom('process', 1)),
    provided: new Map(valuesFrom('runner', 4)),
  })
}

const nameOnly = (name: string, environment: readonly unknown[]) =>
  manifestFunction.parse({ name, port: 1, handler: 'index.handler', buildId: 'x', environment, triggers: {} })
const order = nameOnly('order', [Object.fromEntries(valuesFrom('default', 5))])

test('the process goes before .env.<function>, .env, what the runner provides, and the default', () => {
  expect(createProject(toText(valuesFrom('.env.order', 2)))(order)).toEqual({
    OWN: 'process',
    FILE: '.env.order',
    ALL: '.env',
    PROVIDED: 'runner',
    DEFAULT: 'default',
  })
})

test('.env.<function> is for that function alone', () => {
  const variablesOf = createProject('FILE=of-order')
  expect(variablesOf(order).FILE).toBe('of-order')
  expect(variablesOf(nameOnly('stock', ['FILE'])).FILE).toBe('.env')
})

test('[3.6] .env.<function> with a name that function.json does not list is refused, without the value', () => {
  const variablesOf = createProject('FILE=1\nAWS_REGION=swordfish')
  expect(() => variablesOf(order)).toThrow('.env.order sets AWS_REGION, and the function would not see it')
  expect(() => variablesOf(order)).not.toThrow('swordfish')
})
