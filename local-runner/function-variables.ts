import type { FunctionDefinition } from './function-definition.ts'

type FunctionNames = Pick<FunctionDefinition, 'name' | 'environment' | 'optionalEnvironment'>

/** The variables a function asks for by name. Throws an error that names those nobody set. */
export function functionVariables(
  { name, environment, optionalEnvironment }: FunctionNames,
  lookUp: (variable: string) => string | undefined,
): Record<string, string> {
  const missing = environment.filter((variable) => lookUp(variable) === undefined)
  if (missing.length > 0) {
    throw new Error(
      `Function "${name}" needs ${missing.join(', ')}: set it in the environment and start again.`,
    )
  }
  return Object.fromEntries(
    [...environment, ...optionalEnvironment].flatMap((variable) => {
      const value = lookUp(variable)
      return value === undefined ? [] : [[variable, value]]
    }),
  )
}
