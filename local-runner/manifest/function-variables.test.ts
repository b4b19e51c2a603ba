import { expect, test } from 'vitest'
import { functionVariables } from './function-variables.ts'

const set = new Map([
  ['REDIS_URL', 'redis://cache'],
  ['KAFKA_SSL', 'true'],
])
const lookUp = (variable: string) => set.get(variable)

test('a function gets what it names, and of the optional variables those that are set', () => {
  const definition = {
    name: 'order',
    environment: ['REDIS_URL'],
    optionalEnvironment: ['KAFKA_SSL', 'KAFKA_SASL_MECHANISM'],
  }
  expect(functionVariables(definition, lookUp)).toEqual({ REDIS_URL: 'redis://cache', KAFKA_SSL: 'true' })
})

test('a variable that it needs and nobody set is named', () => {
  const definition = { name: 'order', environment: ['REDIS_URL', 'SMTP_URL'], optionalEnvironment: [] }
  expect(() => functionVariables(definition, lookUp)).toThrow('"order" needs SMTP_URL')
})

test('[3.4] more than 4 KB of variables is refused', () => {
  const definition = { name: 'order', environment: ['LONG'], optionalEnvironment: [] }
  const ofBytes = (bytes: number) => () => 'x'.repeat(bytes - '{"LONG":""}'.length)
  expect(functionVariables(definition, ofBytes(4096))).toHaveProperty('LONG')
  expect(() => functionVariables(definition, ofBytes(4097))).toThrow('"order" are 4097 bytes')
})
