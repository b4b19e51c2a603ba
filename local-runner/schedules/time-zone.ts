const DAY_MS = 86_400_000

/** Local time is a date and clock without a zone, as the epoch ms at which UTC shows them. */
export interface TimeZone {
  readonly toLocal: (epochMs: number) => number
  /** The moment at which clocks first show it; undefined when they skip it. */
  readonly toEpoch: (localMs: number) => number | undefined
}

/** @param name such as `Europe/Berlin`; undefined when no such zone is known */
export function findTimeZone(name: string): TimeZone | undefined {
  // Offsets such as +01:00, which Node.js takes too, are no zones of the IANA database.
  if (!/^[A-Za-z]/.test(name)) return undefined
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en', {
      timeZone: name,
      calendar: 'iso8601',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    return undefined
  }
  const toLocal = (epochMs: number) => {
    const parts = new Map(format.formatToParts(epochMs).map(({ type, value }) => [type, Number(value)]))
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? NaN
    return Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    )
  }
  const toEpoch = (localMs: number) => {
    // The offsets before and after any change near that time. The larger one shows a repeated time first.
    const offsets = [localMs - DAY_MS, localMs + DAY_MS].map((near) => toLocal(near) - near)
    return offsets
      .map((offset) => localMs - offset)
      .sort((a, b) => a - b)
      .find((epochMs) => toLocal(epochMs) === localMs)
  }
  return { toLocal, toEpoch }
}
