import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'
import { environmentVariables } from '../lambda/environment-variables.ts'
import { toLogging } from '../lambda/logging.ts'
import { functionDefinition } from '../manifest/function-definition.ts'
import { RUNTIME_API_OFFSET } from '../startup/choose-environment.ts'

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
  const wanted: z.output<typeof functionDefinition>[] = []
  for await (const file of glob('functions/*/function.json', { cwd: root })) {
    wanted.push(functionDefinition.parse(JSON.parse(await readFile(join(root, file), 'utf8'))))
  }
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
    for (const variable of environment) expect(service.environment).toHaveProperty(variable)
  }
})
