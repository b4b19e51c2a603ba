import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readDefinitions } from '../../manifest/read-definitions.ts'
import { createScratchFunctions } from './testing/scratch-functions.ts'
import { writeFunction } from './write-function.ts'

const shipping = { name: 'shipping', topics: ['order-topic'], routes: ['GET /shipments/{orderId}'] }
const read = (...path: readonly string[]) => readFileSync(join(...path), 'utf8')

test('writes a folder with the triggers asked for, on the next free port', async () => {
  const root = createScratchFunctions()
  const { port, files } = await writeFunction(root, shipping)
  expect(readdirSync(join(root, 'functions', 'shipping')).sort()).toEqual(files)
  expect(files).toContain('shipping-events.contract.test.ts')
  const definitions = await readDefinitions(root)
  expect(port).toBe(8086)
  expect(definitions.find(({ name }) => name === 'shipping')).toMatchObject({
    port,
    triggers: {
      http: shipping.routes,
      kafka: [{ topics: ['order-topic'], consumerGroupId: 'shipping-service' }],
      schedule: [],
    },
  })
  expect(read(root, 'functions', 'shipping', 'topics.json')).toContain('"order-topic.shipping.dlq"')
  expect(read(root, 'docker-compose.yml')).toContain('  lambda-shipping:\n')
  expect((await writeFunction(root, { ...shipping, name: 'other', routes: [] })).port).toBe(8087)
})

test('a function of routes alone needs no Kafka and no Redis', async () => {
  const root = createScratchFunctions()
  const { files } = await writeFunction(root, {
    name: 'coupons',
    topics: [],
    routes: ['PUT /coupons/{code}'],
  })
  expect(files).toEqual([
    'README.md',
    'coupons-handler.test.ts',
    'coupons-handler.ts',
    'function.json',
    'handler.ts',
  ])
  expect(read(root, 'functions', 'coupons', 'handler.ts')).not.toMatch(/redis|kafka/i)
})

test('each mapping of several topics has a consumer group of its own', async () => {
  const root = createScratchFunctions()
  await writeFunction(root, { name: 'audit', topics: ['order-topic', 'stock-topic'], routes: [] })
  const written = read(root, 'functions', 'audit', 'function.json')
  expect([...written.matchAll(/"consumerGroupId": "(.+)"/g)].map(([, group]) => group)).toEqual([
    'audit-service',
    'audit-stock-topic-service',
  ])
})

test.each([
  ['a name that is taken', { name: 'stock' }, 'functions/stock is there already'],
  ['an unknown topic', { topics: ['shipments'] }, 'functions/topics.json has order-topic, stock-topic'],
  [
    "another function's route, whatever its parameters are called",
    { routes: ['GET /orders/{id}'] },
    'The function "order" has the route "GET /orders/{orderId}" already',
  ],
  ['one route twice', { routes: ['GET /a/{x}', 'GET /a/{y}'] }, 'are one route'],
  ['a route that is none', { routes: ['/shipments'] }, 'A route is'],
  ["another function's consumer group", { name: 'stock-changes' }, 'is that of the function "stock"'],
])('%s is refused, and nothing is written', async (_what, changes, message) => {
  const root = createScratchFunctions()
  const before = [readdirSync(join(root, 'functions')), read(root, 'docker-compose.yml')]
  await expect(writeFunction(root, { ...shipping, ...changes })).rejects.toThrow(message)
  expect([readdirSync(join(root, 'functions')), read(root, 'docker-compose.yml')]).toEqual(before)
})

test('where the compose file cannot be written, the folder goes again', async () => {
  const root = createScratchFunctions()
  writeFileSync(join(root, 'docker-compose.yml'), 'services: {}')
  await expect(writeFunction(root, shipping)).rejects.toThrow('docker-compose.yml has lost the lines')
  expect(existsSync(join(root, 'functions', 'shipping'))).toBe(false)
  expect(readdirSync(join(root, '.local'))).toEqual([])
})

test('a folder without function.json keeps its name', async () => {
  const root = createScratchFunctions()
  mkdirSync(join(root, 'functions', 'shipping'))
  await expect(writeFunction(root, shipping)).rejects.toThrow('functions/shipping is there already')
})
