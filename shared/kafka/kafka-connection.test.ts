import { expect, test } from 'vitest'
import { readKafkaConnection } from './kafka-connection.ts'

const KAFKA_BROKERS = 'one:9092,two:9093'
const credentials = { KAFKA_SASL_USERNAME: 'u', KAFKA_SASL_PASSWORD: 'p' }

test('the brokers alone are enough, and a variable set to nothing is a variable not set', () => {
  const expected = { brokers: ['one:9092', 'two:9093'], ssl: false }
  expect(readKafkaConnection({ KAFKA_BROKERS })).toEqual(expected)
  expect(readKafkaConnection({ KAFKA_BROKERS, KAFKA_SSL: '', KAFKA_SASL_MECHANISM: '' })).toEqual(expected)
})

test.each([
  ['PLAIN', 'plain'],
  ['SCRAM-SHA-256', 'scram-sha-256'],
  ['scram-sha-512', 'scram-sha-512'],
])('the mechanism %s with TLS', (given, mechanism) => {
  const env = { KAFKA_BROKERS, KAFKA_SSL: 'true', KAFKA_SASL_MECHANISM: given, ...credentials }
  expect(readKafkaConnection(env)).toMatchObject({
    ssl: true,
    sasl: { mechanism, username: 'u', password: 'p' },
  })
})

test.each([
  ['no brokers', { KAFKA_BROKERS: undefined }, 'KAFKA_BROKERS must be set'],
  ['a broker without port', { KAFKA_BROKERS: 'one' }, 'KAFKA_BROKERS must be host:port'],
  ['a TLS switch that is no switch', { KAFKA_SSL: 'yes' }, 'KAFKA_SSL must be true or false'],
  ['an unknown mechanism', { KAFKA_SASL_MECHANISM: 'x', ...credentials }, 'KAFKA_SASL_MECHANISM must be'],
  ['credentials without a mechanism', credentials, 'KAFKA_SASL_MECHANISM must be set too'],
  ['a mechanism alone', { KAFKA_SASL_MECHANISM: 'plain' }, 'KAFKA_SASL_USERNAME must be set too'],
])('%s is refused by name', (_what, env, message) => {
  expect(() => readKafkaConnection({ KAFKA_BROKERS, ...env })).toThrow(message)
})
