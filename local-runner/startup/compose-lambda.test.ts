import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'
import { environmentVariables } from '../lambda/environment-variables.ts'
import { toLogging } from '../lambda/logging.ts'
import { functionDefinition } from '../manifest/function-definition.ts'
import { readDefinitions } from '../manifest/read-definitions.ts'
import { RUNTIME_API_OFFSET } from './choose-environment.ts'
import { withLambdaServices } from './compose-lambda.ts'

const root = join(import.meta.dirname, '..', '..')
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
const lambda = z.object({
  environment: z.record(z.string(), z.string()),
  volumes: z.tuple([z.string()]),
  command: z.tuple([z.string()]),
  mem_limit: z.string(),
})

test('the profile lambda of the compose file has each function as its function.json describes it', async () => {
  const text = await readFile(join(root, 'docker-compose.yml'), 'utf8')
  const { services } = z
    .object({ services: z.record(z.string(), z.unknown()) })
    .parse(parse(text, { merge: true }))
  const found = Object.entries(services).filter(([name]) => name.startsWith('lambda-'))
  const wanted = await readDefinitions(root)
  expect(found.map(([name]) => name)).toEqual(wanted.map(({ name }) => `lambda-${name}`).sort())
  for (const { name, port, memorySize, maxConcurrency, environment, loggingConfig } of wanted) {
    const service = lambda.parse(services[`lambda-${name}`])
    expect(service.volumes).toEqual([`./dist/${name}:/var/task:ro`])
    expect(service.mem_limit).toBe(`${memorySize}m`)
    const ofRunner = environmentVariables(
      {
        functionName: name,
        memorySizeMb: memorySize,
        handler: service.command[0],
        taskRoot: '/var/task',
        maxConcurrency,
        logging: toLogging(loggingConfig, maxConcurrency),
        own: { AWS_LAMBDA_RUNTIME_API: `runner:${port + RUNTIME_API_OFFSET}` },
      },
      'external',
    )
    const isOurs = ([variable]: readonly [string, string]) => !OF_THE_IMAGE.has(variable)
    const ours = Object.entries(ofRunner).filter(isOurs)
    // In a compose file $$ stands for $.
    const written = ours.map(([variable, value]) => [variable, value.replaceAll('$', '$$$$')])
    expect(service.environment).toMatchObject(Object.fromEntries(written))
    expect(service.environment.AWS_LAMBDA_MAX_CONCURRENCY).toBe(maxConcurrency?.toString())
    for (const variable of environment) expect(service.environment).toHaveProperty(variable.name)
  }
})

const readCompose = () => readFile(join(root, 'docker-compose.yml'), 'utf8')

test('a function that is added gets a service with its variables, and the rest of the file stays', async () => {
  const text = await readCompose()
  const added = functionDefinition.parse({
    name: 'audit',
    port: 8085,
    memorySize: 256,
    environment: ['REDIS_URL', 'API_KEY', { PAGE_SIZE: '50', PRICE: '5$: "a"', JSON_LIST: '{}' }],
    triggers: {},
  })
  const written = withLambdaServices(text, [added])
  const { services } = z
    .object({ services: z.record(z.string(), z.unknown()) })
    .parse(parse(written, { merge: true }))
  expect(Object.keys(services).filter((name) => name.startsWith('lambda-'))).toEqual(['lambda-audit'])
  expect(lambda.parse(services['lambda-audit'])).toMatchObject({
    mem_limit: '256m',
    environment: {
      API_KEY: '${API_KEY:-}',
      PAGE_SIZE: '${PAGE_SIZE:-50}',
      PRICE: '${PRICE:-5$$: "a"}',
      JSON_LIST: '{}',
      AWS_LAMBDA_FUNCTION_NAME: 'audit',
      AWS_LAMBDA_RUNTIME_API: 'runner:9085',
      REDIS_URL: 'redis://redis:6379',
    },
  })
  expect(withLambdaServices(written, await readDefinitions(root))).toBe(text)
})

test('a compose file without the markers is refused, with what to put back', () => {
  expect(() => withLambdaServices('services: {}', [])).toThrow('Put them back')
})
