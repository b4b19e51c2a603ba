import { expect, test } from 'vitest'
import { readKafkaLogin, securityProtocolOf } from './kafka-login.ts'

const credentials = { KAFKA_SASL_USERNAME: 'shop', KAFKA_SASL_PASSWORD: 'open sesame' }

test('nothing is asked for where nothing is set, or set to nothing', () => {
  expect(readKafkaLogin({})).toEqual({})
  expect(readKafkaLogin({ KAFKA_SSL: '', KAFKA_SASL_MECHANISM: '' })).toEqual({})
  expect(securityProtocolOf({})).toBe('PLAINTEXT')
})

test.each([
  ['PLAIN', 'false', 'plain', 'SASL_PLAINTEXT'],
  ['SCRAM-SHA-256', 'true', 'scram-sha-256', 'SASL_SSL'],
  ['scram-sha-512', 'true', 'scram-sha-512', 'SASL_SSL'],
])('%s with KAFKA_SSL=%s', (given, ssl, mechanism, protocol) => {
  const login = readKafkaLogin({ KAFKA_SSL: ssl, KAFKA_SASL_MECHANISM: given, ...credentials })
  expect(login).toEqual({
    ssl: ssl === 'true',
    sasl: { mechanism, username: 'shop', password: 'open sesame' },
  })
  expect(securityProtocolOf(login)).toBe(protocol)
})

test('TLS goes without a login', () => {
  expect(securityProtocolOf(readKafkaLogin({ KAFKA_SSL: 'true' }))).toBe('SSL')
})

test.each([
  ['a TLS switch that is none', { KAFKA_SSL: 'yes' }, 'KAFKA_SSL must be true or false'],
  [
    'an unknown mechanism',
    { KAFKA_SASL_MECHANISM: 'x', ...credentials },
    'KAFKA_SASL_MECHANISM must be PLAIN',
  ],
  ['a user without a mechanism', credentials, 'KAFKA_SASL_MECHANISM must be set too'],
])('refuses %s and shows no password', (_what, env, message) => {
  expect(() => readKafkaLogin(env)).toThrow(message)
  expect(() => readKafkaLogin(env)).not.toThrow('sesame')
})
