import type { RunningHost } from '../lambda/function-host.ts'
import type { ApiFunction } from '../lambda-api/api-function.ts'
import type { KeptSetting } from '../lambda-api/kept-changes.ts'
import type { FunctionDefinition } from '../manifest/function-definition.ts'

/** A function's reserved concurrency: what a caller of the Lambda API has chosen, or else what function.json says. */
export function createConcurrency(
  { name, reservedConcurrency }: FunctionDefinition,
  reserve: RunningHost['reserve'],
  kept: KeptSetting<number | null>,
): Pick<ApiFunction, 'reservedConcurrency' | 'reserveConcurrency'> {
  const written = reservedConcurrency ?? null
  const chosen = () => kept.of(name, written).value ?? undefined
  if (chosen() !== reservedConcurrency) reserve(chosen())
  return {
    reservedConcurrency: chosen,
    reserveConcurrency: async (executions) => {
      reserve(executions)
      await kept.set(name, written, executions ?? null)
    },
  }
}
