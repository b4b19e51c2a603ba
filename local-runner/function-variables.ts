import type { FunctionDefinition } from './function-definition.ts'

/** The variables a function asks for by name. Throws an error that names those nobody set. */
export function functionVariables(
  { name, environment }: Pick<FunctionDefinition, 'name' | 'environment'>,
  lookUp: (variable: string) => string | undefined,
): Record<string, string> {
  const missing = environment.filter((variable) => lookUp(variable) === undefined)
  if (missing.length > 0) {
    throw new Error(
      `Function "${name}" needs ${missing.join(', ')}: set it in the environment and start again.`,
    )
  }
  return Object.fromEntries(environment.map((variable) => [variable, lookUp(variable) ?? '']))
}
