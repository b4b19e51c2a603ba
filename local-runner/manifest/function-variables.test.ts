import { expect, test } from 'vitest'
import { functionVariables } from './function-variables.ts'

const required = (name: string, defaultValue?: string) => ({ name, defaultValue })

test('a function gets what it names, and of the optional variables those that are set', () => {
  const definition = {
    name: 'order',
    environment: [required('REDIS_URL')],
    optionalEnvironment: ['KAFKA_SSL', 'KAFKA_SASL_MECHANISM'],
  }
  const set = new Map([
    ['REDIS_URL', 'redis://cache'],
    ['KAFKA_SSL', 'true'],
    ['HOME', '/root'],
  ])
  expect(functionVariables(definition, [set])).toEqual({ REDIS_URL: 'redis://cache', KAFKA_SSL: 'true' })
})

test('the first source that has a variable gives its value, and the default comes last', () => {
  const definition = {
    name: 'order',
    environment: [required('AA', 'default'), required('BB', 'default'), required('CC', 'default')],
    optionalEnvironment: [],
  }
  const sources = [
    new Map([['AA', 'first']]),
    new Map([
      ['AA', 'second'],
      ['BB', 'second'],
    ]),
  ]
  expect(functionVariables(definition, sources)).toEqual({ AA: 'first', BB: 'second', CC: 'default' })
})

test('a variable that it needs and nobody set is named', () => {
  const environment = [required('constructor'), required('PAGE_SIZE', '50'), required('SMTP_URL')]
  expect(() => functionVariables({ name: 'order', environment, optionalEnvironment: [] }, [])).toThrow(
    '"order" needs constructor, SMTP_URL: set it in the environment, in .env or in .env.order',
  )
})

test('[3.4] more than 4 KB of variables is refused', () => {
  const definition = { name: 'order', environment: [required('LONG')], optionalEnvironment: [] }
  const ofBytes = (bytes: number) => [new Map([['LONG', 'x'.repeat(bytes - '{"LONG":""}'.length)]])]
  expect(functionVariables(definition, ofBytes(4096))).toHaveProperty('LONG')
  expect(() => functionVariables(definition, ofBytes(4097))).toThrow('"order" are 4097 bytes')
})
