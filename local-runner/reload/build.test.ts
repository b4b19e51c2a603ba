import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { build } from '../../esbuild.config.mjs'
import { createScratchProject } from '../testing/scratch-project.ts'

/** A function `tried` with these routes in its function.json and in its handler. */
function projectWithRoutes(declared: readonly string[], served: readonly string[]) {
  const project = createScratchProject()
  project.save(
    'functions/tried/function.json',
    JSON.stringify({ name: 'tried', port: 1, triggers: { http: declared } }),
  )
  project.save(
    'functions/tried/routes.ts',
    `export const routes = {${served.map((routeKey) => `'${routeKey}': () => 200,`).join('\n')}}`,
  )
  project.save('functions/tried/handler.ts', "export { routes as handler } from './routes.ts'")
  return project
}

test('a function that serves the routes of its function.json is built', async () => {
  const routes = ['GET /things', 'ANY /things/{thingId}', '$default']
  await build(projectWithRoutes(routes, routes).root)
})

test('a route that function.json does not declare fails the build, by file', async () => {
  const { root } = projectWithRoutes(['GET /things'], ['GET /things', 'PUT /things/{thingId}'])
  await expect(build(root)).rejects.toThrow(
    'functions/tried/routes.ts serves "PUT /things/{thingId}", which functions/tried/function.json does not declare',
  )
})

test('a route that no file serves fails the build', async () => {
  const { root } = projectWithRoutes(['GET /things', 'GET /things/{thingId}'], ['GET /things'])
  await expect(build(root)).rejects.toThrow(
    'functions/tried/function.json declares "GET /things/{thingId}", which no file of the function serves',
  )
})

test('a function without a record of routes is not checked', async () => {
  await build(projectWithRoutes(['GET /things'], []).root)
})

test('a failed build names file, line and code, of every function, each text once', async () => {
  const { root, save } = createScratchProject()
  save('functions/tried/a.ts', 'export const a = (\n')
  save('shared/value.ts', 'const value = ;\n')
  save('functions/other/function.json', JSON.stringify({ name: 'other', port: 2, triggers: {} }))
  save('functions/other/handler.ts', "export { value as handler } from '../../shared/value.ts'")
  const message = await build(root).then(
    () => '',
    (error: unknown) => String(error),
  )
  expect(message).toContain('functions/tried/a.ts:2:0:')
  expect(message).toContain('    shared/value.ts:1:14:\n      1 │ const value = ;\n        ╵               ^')
  expect(existsSync(join(root, 'dist'))).toBe(false)
})

test('the manifest has the topics of all and of each function', async () => {
  const { root, save } = createScratchProject()
  const topic = (name: string) => ({ name, numPartitions: 1, configEntries: {} })
  save('functions/topics.json', JSON.stringify([topic('order-topic')]))
  save('functions/tried/topics.json', JSON.stringify([topic('order-topic.tried.dlq')]))
  await build(root)
  const { topics } = z
    .object({ topics: z.array(z.object({ name: z.string() })) })
    .parse(JSON.parse(readFileSync(join(root, 'dist', 'manifest.json'), 'utf8')))
  expect(topics.map(({ name }) => name)).toEqual(['order-topic', 'order-topic.tried.dlq'])
})

test('.env files are part of no bundle and no zip', async () => {
  const { root, save } = createScratchProject()
  save('.env', 'VALUE=swordfish')
  save('.env.tried', 'VALUE=swordfish')
  save('functions/tried/handler.ts', 'export const handler = () => process.env.VALUE')
  await build(root)
  const dist = join(root, 'dist')
  const files = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const zip = unzipSync(readFileSync(join(dist, 'tried.zip')))
  const contents = [
    ...files.map((file) => readFileSync(join(file.parentPath, file.name), 'utf8')),
    ...Object.values(zip).map((bytes) => Buffer.from(bytes).toString()),
  ]
  expect(contents.join('\n')).toContain('process.env.VALUE')
  expect(contents.join('\n')).not.toContain('swordfish')
  expect(Object.keys(zip).join()).not.toContain('.env')
})

test('a bundle that imports an .env file is refused', async () => {
  const { root, save } = createScratchProject()
  save('.env', 'VALUE=swordfish')
  save('functions/tried/handler.ts', "export { default as handler } from '../../.env' with { type: 'text' }")
  await expect(build(root)).rejects.toThrow('.env')
})
