import { expect, test } from 'vitest'
import { readSettings } from './settings.ts'

test('without variables the outbox is what counts, and its events may wait for five minutes', () => {
  const defaults = { acceptMode: 'outbox', outboxMaxAgeSeconds: 300 }
  expect(readSettings({})).toEqual(defaults)
  expect(readSettings({ ACCEPT_MODE: '', OUTBOX_MAX_AGE_SECONDS: '' })).toEqual(defaults)
})

test('takes both variables', () => {
  expect(readSettings({ ACCEPT_MODE: 'kafka-ack', OUTBOX_MAX_AGE_SECONDS: '5' })).toEqual({
    acceptMode: 'kafka-ack',
    outboxMaxAgeSeconds: 5,
  })
})

test.each(['kafka', 'OUTBOX', 'kafka-ack '])(
  'refuses ACCEPT_MODE=%s at init and names the two words',
  (mode) => {
    expect(() => readSettings({ ACCEPT_MODE: mode })).toThrow(/"outbox" or "kafka-ack"/)
  },
)

test.each(['0', '-1', '1.5', '5m', '1e3'])('refuses OUTBOX_MAX_AGE_SECONDS=%s at init', (age) => {
  expect(() => readSettings({ OUTBOX_MAX_AGE_SECONDS: age })).toThrow(/whole number of seconds/)
})
