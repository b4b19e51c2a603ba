import { parseArgs } from 'node:util'

export const RECONCILE_HELP = `Makes Redis equal to Kafka's log again, through the functions of the running runner. The shop is frozen meanwhile.

  npm run reconcile                        rebuild from the log, compare, and open the shop again
  npm run reconcile -- --check             only compare; changes nothing
  npm run reconcile -- --thaw [--yes]      only open the shop again, after a reconcile that could not end;
                                           asks first, unless --yes is given
  npm run reconcile -- --help

Kafka: KAFKA_BROKERS, or else that of the runner with the same PORT_OFFSET.
Exit code 0: equal to the log, or the shop is open again; 1: differences are left, or it failed.
`

export type ReconcileCommand =
  { readonly verb: 'help' | 'check' | 'rebuild' } | { readonly verb: 'thaw'; readonly isYes: boolean }

const FLAGS = ['check', 'thaw', 'yes', 'help'] as const
const flag = { type: 'boolean', default: false } as const

/** @throws Error that names the wrong argument */
export function parseReconcileArguments(args: readonly string[]): ReconcileCommand {
  const { values, tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    options: { check: flag, thaw: flag, yes: flag, help: flag },
  })
  for (const token of tokens) {
    if (token.kind !== 'option' || !FLAGS.some((name) => token.name === name)) {
      throw new Error(
        `Unknown argument ${args[token.index]}. Arguments: ${FLAGS.map((one) => `--${one}`).join(', ')}.`,
      )
    }
    if (token.value !== undefined) throw new Error(`--${token.name} takes no value.`)
  }
  const { check, thaw, yes, help } = values
  if (help === true) return { verb: 'help' }
  if (check === true && thaw === true) {
    throw new Error('--check and --thaw are two commands: the one only compares, the other reopens the shop.')
  }
  if (yes === true && thaw !== true) throw new Error('--yes goes with --thaw: nothing else asks.')
  if (thaw === true) return { verb: 'thaw', isYes: yes === true }
  return { verb: check === true ? 'check' : 'rebuild' }
}
