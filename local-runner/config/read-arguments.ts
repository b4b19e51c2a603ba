import { parseArgs } from 'node:util'
import * as z from 'zod'

const values = z.object({
  prebuilt: z.boolean(),
  'strict-concurrency': z.boolean(),
  environment: z.enum(['worker', 'process', 'external'], 'must be worker, process or external'),
})

export interface Arguments {
  /** Use dist/ as it is instead of building it. */
  readonly prebuilt: boolean
  /** Throttle a call that no environment can take immediately, as AWS does, instead of queueing it. */
  readonly strictConcurrency: boolean
  /** Where functions run: worker threads, AWS's runtime client in processes, or runtimes that others start. */
  readonly environment: 'worker' | 'process' | 'external'
}

const KNOWN = 'Arguments: --prebuilt, --strict-concurrency, --environment=worker|process|external.'

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
    },
  })
  const unknown = tokens.find((token) => token.kind !== 'option' || !Object.hasOwn(values.shape, token.name))
  if (unknown) throw new Error(`Unknown argument ${args[unknown.index]}. ${KNOWN}`)
  const parsed = values.safeParse(parsedValues)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new Error(`--${issue?.path.join('.')} ${issue?.message}. ${KNOWN}`)
  }
  const { prebuilt, environment } = parsed.data
  return { prebuilt, environment, strictConcurrency: parsed.data['strict-concurrency'] }
}
