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
