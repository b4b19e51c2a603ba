const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const

/** `3 min`: the largest unit alone. */
export function durationText(ms: number): string {
  const [unit, size] = UNITS.find(([, one]) => ms >= one) ?? ['s', 1000]
  return `${Math.floor(Math.max(0, ms) / size)} ${unit}`
}

/** ` since 2026-11-28T09:27:21Z (3 min)`. Empty for no time at all: a producer may write any number as a record's time. */
export function sinceText(sinceMs: number | undefined, nowMs: number): string {
  const text = timeText(sinceMs)
  if (sinceMs === undefined || text === undefined || sinceMs <= 0) return ''
  return ` since ${text}${sinceMs <= nowMs ? ` (${durationText(nowMs - sinceMs)})` : ''}`
}

export function timeText(epochMs: number | undefined): string | undefined {
  if (epochMs === undefined || !(Math.abs(epochMs) <= 8.64e15)) return undefined
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z')
}

export const megabytes = (bytes: number) => `${Math.floor(bytes / 1_000_000)} MB`

const MAX_QUOTED = 300

/** Text from outside on one line: a record, a client id or an error may hold anything, also a terminal's escape codes. */
export function quoted(text: string, limit = MAX_QUOTED): string {
  const clean = text
    .slice(0, 10 * limit)
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
  return clean.length > limit ? `${clean.slice(0, limit)}…` : clean
}

/** The first few, and how many more there are. */
export function fewOf(items: readonly string[], separator = ', ', limit = 3): string {
  const more = items.length > limit ? `${separator}and ${items.length - limit} more` : ''
  return items.slice(0, limit).join(separator) + more
}
