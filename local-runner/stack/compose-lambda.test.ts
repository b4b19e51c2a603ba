import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { functionDefinition } from '../function-definition.ts'

const root = join(import.meta.dirname, '..', '..')
const lambda = z.object({
  environment: z.record(z.string(), z.string()),
  volumes: z.tuple([z.string()]),
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
  for (const { name, port, memorySize, maxConcurrency, environment } of wanted) {
    const service = lambda.parse(services[`lambda-${name}`])
    expect(service.volumes).toEqual([`./dist/${name}:/var/task:ro`])
    expect(service.mem_limit).toBe(`${memorySize}m`)
    expect(service.environment).toMatchObject({
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memorySize),
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
      AWS_LAMBDA_RUNTIME_API: `runner:${port + 1000}`,
    })
    expect(service.environment.AWS_LAMBDA_MAX_CONCURRENCY).toBe(maxConcurrency?.toString())
    for (const variable of environment) expect(service.environment).toHaveProperty(variable)
  }
})
