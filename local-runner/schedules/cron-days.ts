import { fieldValues } from './cron-field.ts'

/** Whether a day of the Gregorian calendar is one of the schedule's; months and days count from 1. */
export type IsDay = (year: number, month: number, day: number) => boolean

const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

const lastDay = (year: number, month: number) => new Date(Date.UTC(year, month, 0)).getUTCDate()
/** 1 is Sunday. */
const weekday = (year: number, month: number, day: number) =>
  new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1

/** The weekday (Monday to Friday) that is closest to a day, within its month. */
function closestWeekday(year: number, month: number, day: number): number {
  const last = lastDay(year, month)
  switch (weekday(year, month, day)) {
    case 1:
      return day === last ? day - 2 : day + 1
    case 7:
      return day === 1 ? 3 : day - 1
    default:
      return day
  }
}

/** A day-of-month field other than `?`; undefined when it is malformed. */
export function dayOfMonth(text: string): IsDay | undefined {
  if (text === 'L') return (year, month, day) => day === lastDay(year, month)
  if (text === 'LW') return (year, month, day) => day === closestWeekday(year, month, lastDay(year, month))
  const [, nearText] = /^(\d{1,2})W$/.exec(text) ?? []
  if (nearText !== undefined) {
    const near = Number(nearText)
    if (near < 1 || near > 31) return undefined
    return (year, month, day) => near <= lastDay(year, month) && day === closestWeekday(year, month, near)
  }
  const days = fieldValues(text, { min: 1, max: 31 })
  return days && ((_year, _month, day) => days.has(day))
}

/** A day-of-week field other than `?`; undefined when it is malformed. */
export function dayOfWeek(text: string): IsDay | undefined {
  const range = { min: 1, max: 7, names: DAYS, steps: false }
  const [, dayText, numberText] = /^(\w+?)(?:L|#([1-5]))$/.exec(text) ?? []
  if (dayText === undefined) {
    const days = text === 'L' ? new Set([7]) : fieldValues(text, range)
    return days && ((year, month, day) => days.has(weekday(year, month, day)))
  }
  const days = fieldValues(dayText, range)
  if (days?.size !== 1) return undefined
  const isWeekday: IsDay = (year, month, day) => days.has(weekday(year, month, day))
  return numberText === undefined
    ? (year, month, day) => day > lastDay(year, month) - 7 && isWeekday(year, month, day)
    : (year, month, day) => Math.ceil(day / 7) === Number(numberText) && isWeekday(year, month, day)
}
