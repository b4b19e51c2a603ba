import { describeAll } from './describe.ts'
import type { ReconciledFunction } from './functions.ts'
import { isFrozen, unfreeze } from './shop-freeze.ts'

export interface ThawDeps {
  readonly functions: readonly ReconciledFunction[]
  readonly confirm: (asked: { readonly warning: string; readonly question: string }) => Promise<boolean>
  readonly print: (line: string) => void
  /** Called with whether the shop is frozen, whenever that becomes known or changes. */
  readonly onFreeze: (isFrozen: boolean) => void
}

const WARNING = `The shop is frozen: orders, cancellations and changes of stock are answered 503.
A reconcile is at work, or one could not end. Then Redis may be rebuilt only in part: orders of the log may be missing, and
stock that they took may be sold a second time. npm run reconcile repeats it, from any state; opening the shop is for when
it cannot end.`

const OPEN = `The shop is open. What to do next:
  npm run reconcile -- --check   shows what Redis lacks
  npm run reconcile              rebuilds it, as soon as that can end; the shop is frozen meanwhile`

/** Opens the shop as it is. Resolves to whether it is open. */
export async function thaw({ functions, confirm, print, onFreeze }: ThawDeps): Promise<boolean> {
  const { described } = await describeAll(functions)
  if (!(await isFrozen(described))) {
    print('The shop is open: nothing is frozen.')
    return true
  }
  onFreeze(true)
  if (!(await confirm({ warning: WARNING, question: 'Open it as it is?' }))) {
    print('The shop stays frozen.')
    return false
  }
  await unfreeze(described)
  onFreeze(false)
  print(OPEN)
  return true
}
