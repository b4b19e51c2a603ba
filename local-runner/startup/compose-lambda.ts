import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import * as z from 'zod'
import { environmentVariables } from '../lambda/environment-variables.ts'
import { toLogging } from '../lambda/logging.ts'
import { readDefinitions, type WrittenDefinition } from '../manifest/read-definitions.ts'
import type { RequiredVariable } from '../manifest/variable-name.ts'
import { RUNTIME_API_OFFSET } from './choose-environment.ts'

const BEGIN = '  # Generated from functions/*/function.json by `npm run generate`: begin\n'
const END = '  # Generated: end\n'

/** Set by AWS's base image, or by what it starts. */
const OF_THE_IMAGE = new Set([
  '_HANDLER',
  'AWS_EXECUTION_ENV',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
  'LANG',
  'PATH',
  'TZ',
])

const composeFile = z.object({ 'x-lambda-variables': z.record(z.string(), z.string()) })

/** What docker-compose.yml in `root` should say, its services of the profile `lambda` up to date. */
export async function currentCompose(root: string): Promise<string> {
  const text = await readFile(join(root, 'docker-compose.yml'), 'utf8')
  return withLambdaServices(text, await readDefinitions(root))
}

/** The compose file with one service of the profile `lambda` per function, between its two markers. */
export function withLambdaServices(composeText: string, functions: readonly WrittenDefinition[]): string {
  const begin = composeText.indexOf(BEGIN)
  const end = composeText.indexOf(END)
  if (begin === -1 || end < begin) {
    throw new Error(
      `docker-compose.yml has lost the lines between which services are generated. Put them back:\n${BEGIN}${END}`,
    )
  }
  const { 'x-lambda-variables': common } = composeFile.parse(parse(composeText))
  const services = functions.map((definition) => lambdaService(definition, common)).join('\n')
  return `${composeText.slice(0, begin)}${BEGIN}${services}${composeText.slice(end)}`
}

function lambdaService(definition: WrittenDefinition, common: Readonly<Record<string, string>>): string {
  const { name, memorySize } = definition
  const variables = Object.entries(variablesOf(definition))
    .filter(([variable, value]) => !OF_THE_IMAGE.has(variable) && value !== common[variable])
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([variable, value]) => `      ${variable}: ${scalar(value)}\n`)
  // Where the environment of the shell has no such variable, Compose would print a warning.
  const own = definition.environment
    .filter((variable) => !Object.hasOwn(common, variable.name))
    .map((variable) => `      ${variable.name}: ${interpolated(variable)}\n`)
  return `  lambda-${name}:
    volumes:
      - ./dist/${name}:/var/task:ro
    environment:
      <<: *lambda-variables
${[...variables, ...own].join('')}    <<: *lambda
    mem_limit: ${memorySize}m
`
}

function variablesOf({ name, port, memorySize, maxConcurrency, loggingConfig }: WrittenDefinition) {
  const variables = environmentVariables(
    {
      functionName: name,
      memorySizeMb: memorySize,
      handler: 'index.handler',
      taskRoot: '/var/task',
      maxConcurrency,
      logging: toLogging(loggingConfig, maxConcurrency),
      own: {
        AWS_LAMBDA_RUNTIME_API: `runner:${port + RUNTIME_API_OFFSET}`,
        ...(maxConcurrency !== undefined && { AWS_LAMBDA_NODEJS_WORKER_COUNT: '1' }),
      },
    },
    'external',
  )
  // In a compose file $$ stands for $.
  return Object.fromEntries(
    Object.entries(variables).map(([variable, value]) => [variable, value.replaceAll('$', '$$$$')]),
  )
}

/** Compose ends a default at its first `}`, so a default with one is not to be overridden. */
function interpolated({ name, defaultValue = '' }: RequiredVariable): string {
  if (defaultValue === '') return `\${${name}:-}`
  const text = defaultValue.replaceAll('$', '$$$$')
  return JSON.stringify(text.includes('}') ? text : `\${${name}:-${text}}`)
}

const scalar = (value: string) => (/^[A-Za-z/$][\w/.:$-]*$/.test(value) ? value : `'${value}'`)
