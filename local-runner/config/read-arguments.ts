import { parseArgs } from 'node:util'
import * as z from 'zod'

const values = z.object({
  prebuilt: z.boolean(),
  'strict-concurrency': z.boolean(),
  environment: z.enum(['worker', 'process', 'external'], 'must be worker, process or external'),
  fresh: z.boolean(),
  yes: z.boolean(),
})

export interface Arguments {
  /** Use dist/ as it is instead of building it. */
  readonly prebuilt: boolean
  /** Throttle a call that no environment can take immediately, as AWS does, instead of queueing it. */
  readonly strictConcurrency: boolean
  /** Where functions run: worker threads, AWS's runtime client in processes, or runtimes that others start. */
  readonly environment: 'worker' | 'process' | 'external'
  /** Empty Kafka and Redis first. */
  readonly fresh: boolean
  /** Do not ask before that. */
  readonly yes: boolean
}

const KNOWN =
  'Arguments: --prebuilt, --strict-concurrency, --environment=worker|process|external, --fresh, --yes.'

/** @throws error that names the wrong argument */
export function readArguments(args: readonly string[]): Arguments {
  const { values: parsedValues, tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    options: {
      prebuilt: { type: 'boolean', default: false },
      'strict-concurrency': { type: 'boolean', default: false },
      environment: { type: 'string', default: 'worker' },
      fresh: { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
    },
  })
  const unknown = tokens.find((token) => token.kind !== 'option' || !Object.hasOwn(values.shape, token.name))
  if (unknown) throw new Error(`Unknown argument ${args[unknown.index]}. ${KNOWN}`)
  const parsed = values.safeParse(parsedValues)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new Error(`--${issue?.path.join('.')} ${issue?.message}. ${KNOWN}`)
  }
  const { 'strict-concurrency': strictConcurrency, ...others } = parsed.data
  if (others.yes && !others.fresh) throw new Error('--yes goes with --fresh: nothing else asks.')
  return { ...others, strictConcurrency }
}
