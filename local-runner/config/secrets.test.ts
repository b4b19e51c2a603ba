import { expect, test } from 'vitest'
import { shownValue, withoutCredentials } from './secrets.ts'

test.each([
  'KAFKA_SASL_PASSWORD',
  'DB_PASSWORD2',
  'dbPassword',
  'PASSPHRASE',
  'SMTP_PASS',
  'PGPASSWORD',
  'DB_PWD',
  'CLIENT_SECRET',
  'GITHUB_TOKEN',
  'authTokens',
  'API_KEY',
  'apikey',
  'stripeKey',
  'SIGNING_KEYS',
  'BASIC_AUTH',
  'GOOGLE_CREDENTIALS',
  'CARD_PIN',
])('the value of %s is not shown', (name) => {
  expect(shownValue(name, 'swordfish')).toBe('***')
})

test.each(['KAFKA_BROKERS', 'MAPPING', 'MONKEY_COUNT', 'AUTHOR', 'COMPASS', 'ACCEPT_MODE'])(
  'the value of %s is shown',
  (name) => {
    expect(shownValue(name, 'swordfish')).toBe('swordfish')
  },
)

test.each([
  '-----BEGIN PRIVATE KEY-----\nMIIE',
  'Server=db;Password=swordfish',
  'https://store/blob?sig=swordfish',
])('a value that says that it is one is not shown: %j', (value) => {
  expect(shownValue('SETTING', value)).toBe('***')
})

test('a URL is shown without its credentials', () => {
  const urls = 'redis://user:sword:f@sh@cache:6379,redis://:p@b'
  expect(shownValue('REDIS_URL', urls)).toBe('redis://***@cache:6379,redis://***@b')
  expect(withoutCredentials(urls)).toBe('redis://cache:6379,redis://b')
  expect(shownValue('REDIS_URL', 'redis://user:sword/fish@cache')).toBe('redis://***@cache')
  expect(shownValue('SMTP_URL', 'smtp://mail:25')).toBe('smtp://mail:25')
})

test('that a secret is empty may be seen', () => {
  expect(shownValue('API_KEY', '')).toBe('')
})
