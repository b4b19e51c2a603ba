import type { FunctionDefinition } from './function-definition.ts'

/** All variables of a function as JSON (gettingstarted-limits). */
const MAX_VARIABLES_BYTES = 4 * 1024

type VariableNames = Pick<FunctionDefinition, 'name' | 'environment' | 'optionalEnvironment'>

/**
 * The variables of a function, by its lists of names.
 * @param sources the first that has a variable gives its value; where none has it, the default in function.json does
 * @throws error that names variables that are missing, or says that all together exceed Lambda's limit
 */
export function functionVariables(
  { name, environment, optionalEnvironment }: VariableNames,
  sources: readonly ReadonlyMap<string, string>[],
): Record<string, string> {
  const lookUp = (variable: string) => sources.find((source) => source.has(variable))?.get(variable)
  const values = [
    ...environment.map((one) => [one.name, lookUp(one.name) ?? one.defaultValue] as const),
    ...optionalEnvironment.map((variable) => [variable, lookUp(variable)] as const),
  ]
  const missing = environment.filter((one) => (lookUp(one.name) ?? one.defaultValue) === undefined)
  if (missing.length > 0) {
    throw new Error(
      `Function "${name}" needs ${missing.map((one) => one.name).join(', ')}: set it in the environment, in .env or in .env.${name}, or give it a default in function.json.`,
    )
  }
  const variables = Object.fromEntries(
    values.flatMap(([variable, value]) => (value === undefined ? [] : [[variable, value] as const])),
  )
  const sizeBytes = Buffer.byteLength(JSON.stringify(variables))
  if (sizeBytes > MAX_VARIABLES_BYTES) {
    throw new Error(
      `The variables of function "${name}" are ${sizeBytes} bytes as JSON, and Lambda accepts ${MAX_VARIABLES_BYTES}: shorten them.`,
    )
  }
  return variables
}
