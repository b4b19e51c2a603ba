import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'

/** Far more than the 4 KB that a function may have. */
const MAX_FILE_BYTES = 64 * 1024

export type Environment = Readonly<Record<string, string | undefined>>
/** Variables that have a value. */
export type Variables = ReadonlyMap<string, string>

/** An empty variable counts as unset: compose files write `REDIS_URL: ${REDIS_URL:-}`. */
export const setVariables = (environment: Environment): Variables =>
  new Map(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, value] as const],
    ),
  )

/** @throws Error when there is a file of this name that cannot be read, or is too large */
function readFile(projectDirectory: string, file: string): Variables {
  const path = join(projectDirectory, file)
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return new Map()
  if (!stats.isFile() || stats.size > MAX_FILE_BYTES) {
    throw new Error(`${file} must be a file of ${MAX_FILE_BYTES} bytes at most: shorten it, or remove it.`)
  }
  return setVariables(parseEnv(readFileSync(path, 'utf8')))
}

/** `.env` of the project: for the runner, its commands and all functions. */
export const readEnvFile = (projectDirectory: string): Variables => readFile(projectDirectory, '.env')

export const ownEnvFile = (functionName: string) => `.env.${functionName}`

/** `.env.<function>` of the project: for that function alone. */
export const readOwnEnvFile = (projectDirectory: string, functionName: string): Variables =>
  readFile(projectDirectory, ownEnvFile(functionName))

/** The environment of the runner and its commands: what is not set is taken from `.env`. */
export const completeEnvironment = (projectDirectory: string, environment: Environment): Environment =>
  Object.fromEntries([...readEnvFile(projectDirectory), ...setVariables(environment)])
