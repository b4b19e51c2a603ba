import { ownEnvFile, readEnvFile, readOwnEnvFile, type Variables } from '../config/env-files.ts'
import type { FunctionDefinition } from '../manifest/function-definition.ts'
import { functionVariables } from '../manifest/function-variables.ts'

export interface FunctionEnvironmentDeps {
  /** Absolute. */
  readonly projectDirectory: string
  /** Of this process. */
  readonly ownVariables: Variables
  /** What the runner itself knows: the addresses of its servers. */
  readonly provided: Variables
}

/** @throws error that says which variables are missing, unknown or too large */
export type FunctionEnvironment = (definition: FunctionDefinition) => Record<string, string>

/**
 * The variables of a function: those of this process go before `.env.<function>`, then come `.env`, what the runner provides, and
 * the defaults of function.json. The files are read at each call.
 */
export function createFunctionEnvironment(deps: FunctionEnvironmentDeps): FunctionEnvironment {
  const { projectDirectory, ownVariables, provided } = deps
  return (definition) => {
    const { name, environment, optionalEnvironment } = definition
    const ofFunction = readOwnEnvFile(projectDirectory, name)
    const listed = new Set([...environment.map((variable) => variable.name), ...optionalEnvironment])
    const unlisted = [...ofFunction.keys()].filter((variable) => !listed.has(variable))
    if (unlisted.length > 0) {
      throw new Error(
        `${ownEnvFile(name)} sets ${unlisted.join(', ')}, and the function would not see it: add it to "environment" in functions/${name}/function.json, or remove it.`,
      )
    }
    return functionVariables(definition, [ownVariables, ofFunction, readEnvFile(projectDirectory), provided])
  }
}
