import type { Evidence } from './evidence.ts'
import type { Contents } from './redis-contents.ts'

/** Everything that a run has done: what is in Redis, in the log and in the mailboxes. */
export interface Effects extends Pick<Evidence, 'log' | 'mails' | 'deadLetters'> {
  readonly contents: Contents
}

/** Switches and marks that the schedules change by themselves. */
const OF_THE_SCHEDULE = /^(\{r\}:|\{stock\}:due$)/

/** What differs, in words: keys of Redis, and counts of records and mails. */
export function changesOf(before: Effects, after: Effects): readonly string[] {
  const keys = new Set([...Object.keys(before.contents), ...Object.keys(after.contents)])
  const changed = [...keys]
    .filter((key) => !OF_THE_SCHEDULE.test(key) && before.contents[key] !== after.contents[key])
    .map((key) => `${key} was ${before.contents[key] ?? 'not there'}, is ${after.contents[key] ?? 'gone'}`)
  const counts = ({ log, mails, deadLetters }: Effects) => ({
    'records of the log': log.length,
    mails: mails.length,
    // One that is written again, because its record was read again, says nothing new.
    'dead letters': new Set(deadLetters.map(({ topic, of }) => `${topic} ${of}`)).size,
  })
  const counted = Object.entries(counts(before)).flatMap(([what, count]) => {
    const now = new Map(Object.entries(counts(after))).get(what)
    return now === count ? [] : [`${count} ${what} have become ${now}`]
  })
  return [...changed, ...counted]
}
