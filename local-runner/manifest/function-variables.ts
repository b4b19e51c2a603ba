import type { FunctionDefinition } from './function-definition.ts'

/** All variables of a function as JSON (gettingstarted-limits). */
const MAX_VARIABLES_BYTES = 4 * 1024

type FunctionNames = Pick<FunctionDefinition, 'name' | 'environment' | 'optionalEnvironment'>

/** The variables of a function, by its lists of names. @throws error when one is not set, or when they exceed Lambda's limit */
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
  const variables = Object.fromEntries(
    [...environment, ...optionalEnvironment].flatMap((variable) => {
      const value = lookUp(variable)
      return value === undefined ? [] : [[variable, value]]
    }),
  )
  const sizeBytes = Buffer.byteLength(JSON.stringify(variables))
  if (sizeBytes > MAX_VARIABLES_BYTES) {
    throw new Error(
      `The variables of function "${name}" are ${sizeBytes} bytes as JSON, and Lambda accepts ${MAX_VARIABLES_BYTES}: shorten them.`,
    )
  }
  return variables
}
