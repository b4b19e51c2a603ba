import { expect, test } from 'vitest'
import { parseSchedule } from './schedule-expression.ts'

test.each([
  ['rate(1 minute)', 60_000],
  ['rate(5 minutes)', 300_000],
  ['rate(2 hours)', 7_200_000],
  ['rate(1 day)', 86_400_000],
])('[3.10] %s is every %s ms', (expression, everyMs) => {
  expect(parseSchedule(expression)).toEqual({ everyMs })
})

test.each([
  'rate(1 minutes)',
  'rate(5 minute)',
  'rate(0 minutes)',
  'cron(0 10 * * ?)',
  'cron(0 10 * * ? * *)',
  'cron(0 10 * * * *)',
  'cron(0 10 ? * ? *)',
  'cron(60 10 * * ? *)',
  'cron(0 24 * * ? *)',
  'cron(0 10 0 * ? *)',
  'cron(0 10 * 13 ? *)',
  'cron(0 10 ? * 0 *)',
  'cron(0 10 ? * 8 *)',
  'cron(0 10 * * ? 1969)',
  'cron(0 10 * * ? 2200)',
  'cron(0/0 10 * * ? *)',
  'cron(0 10 ? * FRI-MON *)',
  'cron(0 10 ? * 1/2 *)',
  'cron(0 10 ? * 3#1,6#3 *)',
  'cron(0 10 ? * 3#6 *)',
  'cron(0 10 ? * 3W *)',
  'cron(0 10 3#1 * ? *)',
  'cron(0 10 32W * ? *)',
  'cron(0 10 L-3 * ? *)',
  'cron(L 10 * * ? *)',
  'cron(? 10 * * ? *)',
  'cron(0, 10 * * ? *)',
  'cron( 0 10 * * ? *)',
  'CRON(0 10 * * ? *)',
  '0 10 * * ? *',
  'at(2026-02-31T00:00:00)',
  'at(2026-02-28T24:00:00)',
  'at(2026-02-28T10:00)',
  'at(2026-02-28T10:00:00Z)',
])('[3.10] %s is refused', (expression) => {
  expect(parseSchedule(expression)).toBeUndefined()
})

test.each(['Mars/Olympus', '+01:00', ''])('[3.10] the time zone %j is refused', (timeZone) => {
  expect(parseSchedule('rate(1 minute)', timeZone)).toBeUndefined()
})

test('[3.10] at(...) is one moment in its time zone', () => {
  const timing = parseSchedule('at(2026-07-01T09:30:15)', 'Asia/Tokyo')
  if (!timing || !('nextMs' in timing)) throw new Error('no time')
  const atMs = Date.parse('2026-07-01T00:30:15Z')
  expect([timing.nextMs(0), timing.nextMs(atMs - 1), timing.nextMs(atMs)]).toEqual([atMs, atMs, undefined])
})

test('[3.10] at(...) of a time that clocks skip never comes', () => {
  const timing = parseSchedule('at(2026-03-29T02:30:00)', 'Europe/Berlin')
  expect(timing && 'nextMs' in timing ? timing.nextMs(0) : 'refused').toBeUndefined()
})
