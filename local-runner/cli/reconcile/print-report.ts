import type { Findings } from './findings.ts'

const MOST_SHOWN = 50

const lines = (notes: Findings['notes']): readonly string[] =>
  [...notes].filter(([, count]) => count > 0).map(([what, count]) => `  ${count} ${what}`)

export const passedOverText = (name: string): string =>
  `Passing over "${name}": it has no reconcile trigger, so what it keeps in Redis is neither rebuilt nor compared.`

/** What a rebuild has done and can never do. */
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
  const shown = differences.slice(0, MOST_SHOWN)
  const more = differences.length - shown.length
  return [
    ...(seen.length > 0 ? ['Seen:', ...seen] : []),
    differences.length === 0
      ? 'Equal to the log.'
      : `${differences.length} differences from the log:\n${shown.map((one) => `  ${one}`).join('\n')}`,
    ...(more > 0 ? [`  and ${more} more`] : []),
  ].join('\n')
}
