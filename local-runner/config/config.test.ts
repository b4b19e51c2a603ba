import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

test('without variables everything has a default, and the ports are open to this machine only', () => {
  expect(readConfig({}, [])).toMatchObject({
    portOffset: 0,
    host: '127.0.0.1',
    kafkaBrokers: undefined,
    prebuilt: false,
  })
})

test('a variable set to nothing is a variable not set', () => {
  expect(readConfig({ REDIS_URL: '' }, ['--prebuilt']).redisUrl).toBeUndefined()
})

test.each([
  ['PORT_OFFSET', 'x'],
  ['PORT_OFFSET', '-1'],
  ['KAFKA_BROKERS', 'localhost'],
  ['REDIS_URL', 'localhost:6379'],
  ['KAFKA_VERSION', '9.9.9'],
  ['SMTP_URL', 'http://localhost'],
])('%s=%s is refused by name', (name, value) => {
  expect(() => readConfig({ [name]: value }, [])).toThrow(`${name}=${value} must`)
})

test('the error for a refused variable shows no credentials', () => {
  expect(() => readConfig({ SMTP_URL: 'http://user:swordfish@mail' }, [])).toThrow(
    'SMTP_URL=http://***@mail must',
  )
})

test('a login to Kafka needs a provided Kafka', () => {
  const login = { KAFKA_SASL_MECHANISM: 'PLAIN', KAFKA_SASL_USERNAME: 'u', KAFKA_SASL_PASSWORD: 'p' }
  const sasl = { mechanism: 'plain', username: 'u', password: 'p' }
  expect(readConfig({ KAFKA_BROKERS: 'kafka:9092', ...login }, []).kafkaLogin).toMatchObject({ sasl })
  expect(() => readConfig(login, [])).toThrow('need KAFKA_BROKERS')
  expect(() => readConfig({ KAFKA_SSL: 'true' }, [])).toThrow('need KAFKA_BROKERS')
})

test('an unknown argument is refused', () => {
  expect(() => readConfig({}, ['--fast'])).toThrow('--fast')
})

test.each([{ KAFKA_BROKERS: 'kafka:9092' }, { REDIS_URL: 'redis://redis:6379' }])(
  'the data of a provided server is not emptied, nor that of the other one alone: %j',
  (provided) => {
    expect(() => readConfig(provided, ['--fresh'])).toThrow(
      '--fresh empties only the servers that are started here',
    )
  },
)
