import type * as z from 'zod'

const MAX_NAMED = 5

/** What is wrong with a record, in one line: the first faults, and how many more there are. */
export const describeIssues = ({ issues }: z.ZodError): string =>
  firstOf(
    issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': ')),
    MAX_NAMED,
  )

/** One text of the first `count`: an input can have as many faults as it has bytes. */
export const firstOf = (faults: readonly string[], count: number): string =>
  [...faults.slice(0, count), ...(faults.length > count ? [`and ${faults.length - count} more`] : [])].join(
    '; ',
  )
