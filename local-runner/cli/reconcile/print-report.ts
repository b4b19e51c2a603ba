import type { Findings } from './findings.ts'
import type { PlacedTransaction } from './open-transactions.ts'

const MAX_SHOWN = 50
const MAX_PLACES_SHOWN = 5

const lines = (notes: Findings['notes']): readonly string[] =>
  [...notes].filter(([, count]) => count > 0).map(([what, count]) => `  ${count} ${what}`)

export const passedOverText = (name: string): string =>
  `Passing over "${name}": it has no reconcile trigger, so what it keeps in Redis is neither rebuilt nor compared.`

export const alreadyFrozenText = (checkOnly: boolean): string =>
  `The shop is frozen already: a reconcile did not end, or another one is at work. ${
    checkOnly ? 'npm run reconcile repeats it; with --thaw it only opens the shop.' : 'This one begins anew.'
  }`

export function openTransactionsText(open: readonly PlacedTransaction[]): string {
  const places = open.map(
    ({ topic, partition, offset, since }) => `${topic}-${partition}@${offset} (${since})`,
  )
  const shown = someOf(new Set(places), MAX_PLACES_SHOWN)
  return `Left out, as transactions are open: the records from ${shown} on. Functions get them when the transactions end.`
}

/** What becomes of the shop when a reconcile stops before its end. */
export const stoppedText = (isFrozen: boolean): string =>
  isFrozen
    ? `The shop stays frozen: new orders are answered 503.
  npm run reconcile             repeats the reconcile, from any state
  npm run reconcile -- --thaw   opens the shop as it is`
    : 'Nothing was frozen.'

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

/** `one, two and 7 more` */
function someOf(all: ReadonlySet<string>, max: number): string {
  const shown = [...all].slice(0, max).join(', ')
  return all.size > max ? `${shown} and ${all.size - max} more` : shown
}

export function comparedText({ notes, differences, unreadable }: Findings): string {
  const seen = lines(notes)
  const more = differences.size - MAX_SHOWN
  return [
    ...(seen.length > 0 ? ['Seen:', ...seen] : []),
    ...(unreadable.size > 0
      ? [`Passed over, as a function cannot read them: ${someOf(unreadable, MAX_PLACES_SHOWN)}.`]
      : []),
    ...(differences.size === 0
      ? ['Equal to the log.']
      : [
          `${countOf(differences.size, 'difference')} from the log:`,
          ...[...differences].slice(0, MAX_SHOWN).map((one) => `  ${one}`),
        ]),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ].join('\n')
}

const countOf = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`

export interface Progress {
  readonly add: (records: number) => void
  readonly done: () => void
}

const PRINT_EVERY_MS = 2_000

/**
 * Prints the progress every two seconds and at the end.
 * @param total counts offsets, some of which hold no record
 */
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
      print(`  ${what}: ${done} of at most ${total} records`)
    },
    done: () => print(`  ${what}: ${done} records`),
  }
}
