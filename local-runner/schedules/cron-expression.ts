import { dayOfMonth, dayOfWeek, type IsDay } from './cron-days.ts'
import { fieldValues } from './cron-field.ts'

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
export const LAST_YEAR = 2199

/** When a cron schedule runs, in the local time of its time zone. */
export interface CronExpression {
  /** Minutes since midnight, ascending. */
  readonly minutesOfDay: readonly number[]
  readonly isDay: IsDay
}

/**
 * The expression of a `cron(...)`: minutes, hours, day of month, month, day of week, year (EventBridge Scheduler,
 * schedule-types). Undefined when it is none.
 */
export function parseCron(expression: string): CronExpression | undefined {
  const [, fields] = /^cron\((.{1,256})\)$/.exec(expression) ?? []
  const [minutesText, hoursText, monthDay, monthText, weekDay, yearText, ...rest] = fields?.split(/ +/) ?? []
  if (minutesText === undefined || hoursText === undefined || monthDay === undefined) return undefined
  if (monthText === undefined || weekDay === undefined || yearText === undefined) return undefined
  // Exactly one of the two says which days; the other leaves it open.
  if (rest.length > 0 || (monthDay === '?') === (weekDay === '?')) return undefined
  const minutes = fieldValues(minutesText, { min: 0, max: 59 })
  const hours = fieldValues(hoursText, { min: 0, max: 23 })
  const months = fieldValues(monthText, { min: 1, max: 12, names: MONTHS })
  const years = fieldValues(yearText, { min: 1970, max: LAST_YEAR })
  const isOneOfDays = monthDay === '?' ? dayOfWeek(weekDay.toUpperCase()) : dayOfMonth(monthDay.toUpperCase())
  if (!minutes || !hours || !months || !years || !isOneOfDays) return undefined
  return {
    minutesOfDay: [...hours]
      .flatMap((hour) => [...minutes].map((minute) => hour * 60 + minute))
      .sort((a, b) => a - b),
    isDay: (year, month, day) => years.has(year) && months.has(month) && isOneOfDays(year, month, day),
  }
}
