import { expect, test } from 'vitest'
import { numbersOf } from '../testing/numbers-of.ts'
import { runsOf } from './testing/runs-of.ts'

const MINUTE_MS = 60_000

interface Field {
  readonly text: string
  readonly has: (value: number) => boolean
}

const anyField: Field = { text: '*', has: () => true }

const YEARS: readonly Field[] = [
  anyField,
  { text: '2011,2026', has: (year) => year === 2011 || year === 2026 },
  { text: '*/4', has: (year) => year % 4 === 2 },
  { text: '2012-2199', has: (year) => year > 2011 },
]

function randomField(
  below: (limit: number) => number,
  min: number,
  max: number,
  names?: readonly string[],
): Field {
  const value = () => min + below(max - min + 1)
  const written = (number: number) => (names && below(2) === 0 ? (names[number - min] ?? '') : String(number))
  const [a, b, step] = [value(), value(), 1 + below(12)]
  const [low, high] = [Math.min(a, b), Math.max(a, b)]
  const forms: readonly Field[] = [
    anyField,
    { text: written(a), has: (number) => number === a },
    { text: `${written(a)},${written(b)}`, has: (number) => number === a || number === b },
    { text: `${written(low)}-${written(high)}`, has: (number) => number >= low && number <= high },
    { text: `*/${step}`, has: (number) => (number - min) % step === 0 },
    { text: `${a}/${step}`, has: (number) => number >= a && (number - a) % step === 0 },
    {
      text: `${low}-${high}/${step}`,
      has: (number) => number >= low && number <= high && (number - low) % step === 0,
    },
  ]
  return forms[below(forms.length)] ?? anyField
}

const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

interface DayField {
  readonly monthDay: string
  readonly weekDay: string
  readonly has: (date: Date) => boolean
}

const plusDays = (date: Date, days: number) => new Date(date.getTime() + days * 86_400_000)

function randomDays(below: (limit: number) => number): DayField {
  const month = randomField(below, 1, 31)
  const [first, last] = [below(7), below(7)].sort((a, b) => a - b)
  const nth = 1 + below(5)
  const forms: readonly DayField[] = [
    { monthDay: month.text, weekDay: '?', has: (date) => month.has(date.getUTCDate()) },
    { monthDay: 'L', weekDay: '?', has: (date) => plusDays(date, 1).getUTCDate() === 1 },
    {
      monthDay: '?',
      weekDay: `${WEEKDAYS[first ?? 0]}-${(last ?? 0) + 1}`,
      has: (date) => date.getUTCDay() >= (first ?? 0) && date.getUTCDay() <= (last ?? 0),
    },
    {
      monthDay: '?',
      weekDay: `${(first ?? 0) + 1}L`,
      has: (date) => date.getUTCDay() === first && plusDays(date, 7).getUTCMonth() !== date.getUTCMonth(),
    },
    {
      monthDay: '?',
      weekDay: `${WEEKDAYS[first ?? 0]}#${nth}`,
      has: (date) =>
        date.getUTCDay() === first &&
        plusDays(date, -7 * (nth - 1)).getUTCMonth() === date.getUTCMonth() &&
        plusDays(date, -7 * nth).getUTCMonth() !== date.getUTCMonth(),
    },
  ]
  return forms[below(forms.length)] ?? { monthDay: '*', weekDay: '?', has: () => true }
}

/** What a clock on the wall shows, as the date that UTC would show it for. */
const wallClock = (zone: string, epochMs: number) =>
  new Date(`${new Date(epochMs).toLocaleString('sv-SE', { timeZone: zone }).replace(' ', 'T')}Z`)

// Each around a change of its clocks: by an hour, by half an hour, at midnight, by a whole day, and one without any.
test.each([
  ['America/New_York', '2026-03-06T00:00Z', 1],
  ['America/New_York', '2026-10-30T00:00Z', 2],
  ['Europe/Berlin', '2026-10-23T00:00Z', 3],
  ['Australia/Lord_Howe', '2026-04-03T00:00Z', 4],
  ['Australia/Lord_Howe', '2026-10-02T00:00Z', 5],
  ['Atlantic/Azores', '2026-10-23T00:00Z', 6],
  ['America/Santiago', '2026-04-03T00:00Z', 7],
  ['America/Santiago', '2026-09-04T00:00Z', 8],
  ['Pacific/Apia', '2011-12-28T00:00Z', 9],
  ['Asia/Kathmandu', '2026-02-26T00:00Z', 10],
])(
  '[3.10] in %s from %s on random schedules run as a clock that is read each minute says',
  (zone, from, seed) => {
    const below = numbersOf(seed)
    const startMs = Date.parse(from)
    const shown = Array.from({ length: 4 * 24 * 60 }, (_, minute) =>
      wallClock(zone, startMs + minute * MINUTE_MS),
    )
    const seen = new Set<number>()
    // Before the start too: a time that is repeated there is not the first.
    for (let minute = -180; minute < 0; minute++)
      seen.add(wallClock(zone, startMs + minute * MINUTE_MS).getTime())
    const firstShown = shown.map((date) => {
      const isFirst = !seen.has(date.getTime())
      seen.add(date.getTime())
      return isFirst
    })
    let found = 0
    for (let round = 0; round < 25; round++) {
      const [minutes, hours] = [randomField(below, 0, 59), randomField(below, 0, 23)]
      const months = below(3) > 0 ? anyField : randomField(below, 1, 12)
      const years = YEARS[below(YEARS.length)] ?? anyField
      const days = randomDays(below)
      const text = `cron(${minutes.text} ${hours.text} ${days.monthDay} ${months.text} ${days.weekDay} ${years.text})`
      const expected = shown.flatMap((date, minute) =>
        firstShown[minute] === true &&
        minutes.has(date.getUTCMinutes()) &&
        hours.has(date.getUTCHours()) &&
        months.has(date.getUTCMonth() + 1) &&
        years.has(date.getUTCFullYear()) &&
        days.has(date)
          ? [new Date(startMs + minute * MINUTE_MS).toISOString().slice(0, 16)]
          : [],
      )
      found += expected.length
      const until = new Date(startMs + shown.length * MINUTE_MS).toISOString()
      expect({ text, runs: runsOf(text, zone, from, until) }).toEqual({ text, runs: expected })
    }
    expect(found).toBeGreaterThan(0)
  },
)
