import type { JournalEntry } from '../journal/journal.ts'

/** What a person at the terminal wants to know of builds. */
export function buildLine(entry: JournalEntry): string | undefined {
  switch (entry.name) {
    case 'build.finished':
      return `Built in ${Math.round(Number(entry.durationMs))} ms. Development build: from here on this code runs, not the deployable bytes in dist/`
    case 'build.failed':
      return `The build failed. Calls are answered with this error until it is mended:\n${String(entry.message)}`
    case 'build.mended':
      return 'The build succeeds again.'
    default:
      return undefined
  }
}
