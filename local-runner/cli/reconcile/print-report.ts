import type { Findings } from './findings.ts'

const MAX_SHOWN = 50

const lines = (notes: Findings['notes']): readonly string[] =>
  [...notes].filter(([, count]) => count > 0).map(([what, count]) => `  ${count} ${what}`)

export const passedOverText = (name: string): string =>
  `Passing over "${name}": it has no reconcile trigger, so what it keeps in Redis is neither rebuilt nor compared.`

/** What a rebuild has done, and what it can never restore. */
export function rebuiltText({ notes }: Findings, cannotKnow: readonly string[]): string {
  if (notes.size === 0) return 'Nothing was missing.'
  return [
    'Rebuilt from the log:',
    ...lines(notes),
    'The log cannot know:',
    ...cannotKnow.map((one) => `  ${one}`),
  ].join('\n')
}

export function comparedText({ notes, differences: all }: Findings): string {
  const differences = [...new Set(all)]
  const seen = lines(notes)
  const shown = differences.slice(0, MAX_SHOWN)
  const more = differences.length - shown.length
  return [
    ...(seen.length > 0 ? ['Seen:', ...seen] : []),
    differences.length === 0
      ? 'Equal to the log.'
      : `${differences.length} differences from the log:\n${shown.map((one) => `  ${one}`).join('\n')}`,
    ...(more > 0 ? [`  and ${more} more`] : []),
  ].join('\n')
}

export interface Progress {
  readonly add: (records: number) => void
  readonly done: () => void
}

const PRINT_EVERY_MS = 2_000

/** Prints the progress every two seconds and at the end. */
export function createProgress(
  what: string,
  total: bigint,
  { print, elapsedMs }: { readonly print: (line: string) => void; readonly elapsedMs: () => number },
): Progress {
  let done = 0
  let printedAtMs = elapsedMs()
  return {
    add: (records) => {
      done += records
      if (elapsedMs() - printedAtMs < PRINT_EVERY_MS) return
      printedAtMs = elapsedMs()
      print(`  ${what}: ${done} of ${total} records`)
    },
    done: () => print(`  ${what}: ${done} records`),
  }
}
