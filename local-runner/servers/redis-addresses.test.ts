import { expect, test } from 'vitest'
import { redisAddresses } from './redis-addresses.ts'

test.each([
  ['redis://cache', false, [{ host: 'cache', port: 6379 }]],
  ['redis://127.0.0.1:7000/3', false, [{ host: '127.0.0.1', port: 7000 }]],
  ['rediss://user:secret@cache:7000', true, [{ host: 'cache', port: 7000 }]],
  [
    'redis+cluster://one:7000,two:7001',
    false,
    [
      { host: 'one', port: 7000 },
      { host: 'two', port: 7001 },
    ],
  ],
  ['rediss+cluster://:secret@cache', true, [{ host: 'cache', port: 6379 }]],
])('%s', (url, tls, nodes) => {
  expect(redisAddresses(url)).toEqual({ tls, nodes })
})

test.each([
  'localhost:6379',
  'http://cache:6379',
  'redis://',
  'redis://one:7000,two:7001',
  'redis+cluster://one:x',
])('%s is no address of a Redis', (url) => {
  expect(redisAddresses(url)).toBeUndefined()
})
