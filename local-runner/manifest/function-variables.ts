import type { FunctionDefinition } from './function-definition.ts'

/** Of all of a function's variables together, as JSON (gettingstarted-limits). */
const MAX_VARIABLES_BYTES = 4 * 1024

type FunctionNames = Pick<FunctionDefinition, 'name' | 'environment' | 'optionalEnvironment'>

/** The variables a function asks for by name. Throws an error that names those nobody set, and when they are more than Lambda takes. */
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
      `The variables of function "${name}" are ${sizeBytes} bytes as JSON, and Lambda takes ${MAX_VARIABLES_BYTES}: shorten them.`,
    )
  }
  return variables
}
