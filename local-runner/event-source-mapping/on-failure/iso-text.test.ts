import { expect, test } from 'vitest'
import { toIsoText } from './iso-text.ts'

test.for([
  ['1700000000000', '2023-11-14T22:13:20.000Z'],
  ['0', '1970-01-01T00:00:00.000Z'],
  ['-1', '1969-12-31T23:59:59.999Z'],
  ['8640000000000000', '+275760-09-13T00:00:00.000Z'],
  ['8640000000000001', '+275760-09-13T00:00:00.001Z'],
  ['-62198755200000', '-000001-01-01T00:00:00.000Z'],
  // Nanoseconds, as some producers send them.
  ['1700000000000000000', '+53872825-06-17T22:13:20.000Z'],
  // As Java prints them: Instant.ofEpochMilli(Long.MAX_VALUE), Long.MIN_VALUE.
  ['9223372036854775807', '+292278994-08-17T07:12:55.807Z'],
  ['-9223372036854775808', '-292275055-05-16T16:47:04.192Z'],
] as const)('the timestamp %s is %s', ([timestamp, text]) => {
  expect(toIsoText(BigInt(timestamp))).toBe(text)
})
