import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { expect, inject, test } from 'vitest'
import { produce } from '../../e2e/testing/kafka-records.ts'
import { definitionText, freePort, get, startScratchProject } from './testing/started-project.ts'

const answering = (expression: string) =>
  `export const handler = async (event, context) => String(${expression})\n`

test('a new folder becomes a function, and a removed one leaves nothing behind', async () => {
  const [port, newPort] = [await freePort(), await freePort()]
  const { root, save, functions, apiFunctions, checks, untilPrinted } = await startScratchProject({
    'functions/first/function.json': definitionText('first', port),
    'functions/first/handler.ts': answering('1'),
  })
  const before = { checks: await checks(), api: [...apiFunctions.keys()] }
  // Written aside and moved, as npm run new does.
  const draft = join(root, '.local', 'new-second')
  mkdirSync(draft, { recursive: true })
  const triggers = {
    http: ['GET /'],
    schedule: [{ scheduleExpression: 'rate(1 minute)', localRateMs: 10 }],
    kafka: [{ topics: ['second-topic'], startingPosition: 'LATEST' }],
  }
  writeFileSync(join(draft, 'function.json'), definitionText('second', newPort, { triggers }))
  writeFileSync(
    join(draft, 'topics.json'),
    JSON.stringify([{ name: 'second-topic', numPartitions: 1, configEntries: {} }]),
  )
  const calls = join(root, 'calls')
  writeFileSync(
    join(draft, 'handler.ts'),
    `import { appendFileSync } from 'node:fs'
    export const handler = async () => { appendFileSync(${JSON.stringify(calls)}, '.'); return '2' }\n`,
  )
  renameSync(draft, join(root, 'functions', 'second'))
  await untilPrinted(`Function "second" is started at http://localhost:${newPort}: GET /, topic second-topic`)
  expect(await get(newPort)).toBe('200 2')
  expect([...apiFunctions.keys()]).toEqual(['first', 'second'])
  await expect.poll(() => readFileSync(calls, 'utf8').length).toBeGreaterThan(2)
  const [mapping] = functions.get('second')?.mappings() ?? []
  await expect.poll(() => mapping?.reports()[0]?.status, { timeout: 20_000 }).toBe('polling')
  expect(await checks()).toHaveLength(before.checks.length + 2)

  const slow = [{ scheduleExpression: 'rate(1 hour)' }]
  save(
    'functions/second/function.json',
    definitionText('second', newPort, { triggers: { ...triggers, schedule: slow } }),
  )
  await untilPrinted('Function "second" has new settings: triggers.')
  const callsBefore = readFileSync(calls, 'utf8').length
  for (let n = 1; n <= 5; n++) expect(await get(newPort)).toBe('200 2')
  expect(readFileSync(calls, 'utf8')).toHaveLength(callsBefore + 5)

  rmSync(join(root, 'functions', 'second'), { recursive: true })
  await untilPrinted('Function "second" is gone')
  expect(await get(newPort)).toBe('refused')
  expect(await checks()).toEqual(before.checks)
  expect([...apiFunctions.keys()]).toEqual(before.api)
  expect(functions.all()).toHaveLength(1)
  expect(mapping?.reports()[0]?.status).toBe('stopped')
  // It is written last.
  await expect.poll(() => readFileSync(join(root, 'dist', 'manifest.json'), 'utf8')).not.toContain('second')
})

test('changed routes, timeout and values are taken up; a call in flight ends with the old ones', async () => {
  const port = await freePort()
  const { root, save, untilPrinted } = await startScratchProject({
    '.env.tried': 'GREETING=hello',
    'functions/tried/function.json': definitionText('tried', port, { environment: ['GREETING'] }),
    'functions/tried/handler.ts': `import { existsSync } from 'node:fs'
      export const handler = async (event, context) => {
        while (event.rawQueryString && !existsSync(event.rawQueryString)) await new Promise((go) => setTimeout(go, 10))
        return [Math.ceil(context.getRemainingTimeInMillis() / 10_000), process.env.GREETING].join()
      }\n`,
  })
  const gate = join(root, 'gate')
  expect(await get(port)).toBe('200 1,hello')
  const slow = get(port, `/?${gate}`)
  const triggers = { http: ['GET /', 'GET /more'] }
  save(
    'functions/tried/function.json',
    definitionText('tried', port, { timeout: 20, environment: ['GREETING'], triggers }),
  )
  await untilPrinted('Function "tried" has new settings: timeout, triggers.')
  expect(await get(port, '/more')).toBe('200 2,hello')
  save('.env.tried', 'GREETING=goodbye')
  await untilPrinted('Function "tried" has new settings: environment.')
  expect(await get(port)).toBe('200 2,goodbye')
  save('.env', 'GREETING=unheard')
  await untilPrinted('.env changed: functions get its values now')
  save(
    'functions/topics.json',
    JSON.stringify([{ name: `topic-${port}`, numPartitions: 1, configEntries: {} }]),
  )
  await untilPrinted(`Created topic-${port} (1 partitions)`)
  save('functions/topics.json', '[]')
  await untilPrinted(`The topic topic-${port} stays, with its records`)
  writeFileSync(gate, '')
  expect(await slow).toBe('200 1,hello')
  save('functions/tried/function.json', definitionText('tried', port, { environment: ['GREETING'] }))
  await expect.poll(() => get(port, '/more')).toBe('404 {"message":"Not Found"}')
})

test('a port moves; one that is taken is reported, and the old one stays', async () => {
  const [port, newPort, other] = [await freePort(), await freePort(), await freePort()]
  const { save, printed, untilPrinted } = await startScratchProject({
    'functions/tried/function.json': definitionText('tried', port),
    'functions/tried/handler.ts': answering('1'),
    'functions/other/function.json': definitionText('other', other),
    'functions/other/handler.ts': answering('2'),
  })
  save('functions/tried/function.json', definitionText('tried', newPort))
  await untilPrinted('has new settings: port')
  expect([await get(port), await get(newPort)]).toEqual(['refused', '200 1'])
  save('functions/tried/function.json', definitionText('tried', other))
  await untilPrinted(`function "tried", port: ${other} is taken by the function "other"`)
  const stranger = createServer().listen(port, '127.0.0.1')
  save('functions/tried/function.json', definitionText('tried', port))
  await untilPrinted(`Port ${port} for the function "tried" is taken.`)
  expect(await get(newPort)).toBe('200 1')
  await new Promise((closed) => stranger.close(closed))
  printed.length = 0
  save('shared/any.ts', '')
  await untilPrinted('has new settings: port')
  expect([await get(port), await get(newPort)]).toEqual(['200 1', 'refused'])
})

test('a function URL comes, goes and comes back, without the port of the function', async () => {
  const [port, urlPort] = [await freePort(), await freePort()]
  const { save, untilPrinted, printed } = await startScratchProject({
    'functions/tried/function.json': definitionText('tried', port),
    'functions/tried/handler.ts': answering('1'),
  })
  const functionUrlConfig = { authType: 'NONE', localPort: urlPort }
  for (const [more, answer] of [
    [{ functionUrlConfig }, '200 1'],
    [{}, 'refused'],
    [{ functionUrlConfig }, '200 1'],
  ] as const) {
    printed.length = 0
    save('functions/tried/function.json', definitionText('tried', port, more))
    await untilPrinted('has new settings: functionUrlConfig.')
    expect([await get(port), await get(urlPort)]).toEqual(['200 1', answer])
  }
})

test('a function with new settings shares the authorizers of the others, with the answers that they keep', async () => {
  const [port, otherPort] = [await freePort(), await freePort()]
  const { root, save, untilPrinted } = await startScratchProject({
    'functions/api.json': JSON.stringify({
      stage: '$default',
      authorizers: {
        guard: {
          authorizerType: 'REQUEST',
          functionName: 'guard',
          enableSimpleResponses: true,
          identitySource: ['$request.header.Authorization'],
          authorizerResultTtlInSeconds: 3600,
          routes: { 'GET /': {}, 'GET /other': {} },
        },
      },
    }),
    'functions/guard/function.json': definitionText('guard', await freePort(), { triggers: {} }),
    'functions/guard/handler.ts': `import { appendFileSync } from 'node:fs'
      import { join } from 'node:path'
      export const handler = async () => {
        appendFileSync(join(process.env.LAMBDA_TASK_ROOT ?? '', '..', '..', 'asked'), '.')
        return { isAuthorized: true }
      }\n`,
    'functions/tried/function.json': definitionText('tried', port),
    'functions/tried/handler.ts': answering('context.memoryLimitInMB'),
    'functions/other/function.json': definitionText('other', otherPort, {
      triggers: { http: ['GET /other'] },
    }),
    'functions/other/handler.ts': answering('1'),
  })
  const headers = { authorization: 'me' }
  expect(await get(otherPort, '/other', headers)).toBe('200 1')
  save('functions/tried/function.json', definitionText('tried', port, { memorySize: 256 }))
  await untilPrinted('has new settings: memorySize')
  expect(await get(port, '/', headers)).toBe('200 256')
  expect(readFileSync(join(root, 'asked'), 'utf8')).toBe('.')
})

test('a seed that is refused is reported, and sent again at the next save', async () => {
  const port = await freePort()
  const { root, save, untilPrinted } = await startScratchProject({
    'functions/tried/function.json': definitionText('tried', port),
    'functions/tried/handler.ts': `import { appendFileSync, existsSync } from 'node:fs'
      import { join } from 'node:path'
      const root = join(process.env.LAMBDA_TASK_ROOT ?? '', '..', '..')
      export const handler = async () => {
        const statusCode = existsSync(join(root, 'gate')) ? 200 : 409
        appendFileSync(join(root, 'sent'), statusCode + ' ')
        return { statusCode }
      }\n`,
  })
  save('functions/tried/seed.json', JSON.stringify([{ method: 'GET', path: '/' }]))
  await untilPrinted('1 of 1 seed requests failed')
  writeFileSync(join(root, 'gate'), '')
  save('shared/any.ts', '')
  await untilPrinted('All settings are taken up again.')
  expect(readFileSync(join(root, 'sent'), 'utf8')).toMatch(/^(409 )+200 $/)
})

test('broken JSON, and a rule that is broken, are reported with the file; the function goes on until it is repaired', async () => {
  const port = await freePort()
  const { save, untilPrinted } = await startScratchProject({
    'functions/tried/function.json': definitionText('tried', port),
    'functions/tried/handler.ts': answering('context.memoryLimitInMB'),
  })
  save('functions/tried/function.json', '{ "name": ')
  await untilPrinted('Not taken up: functions/tried/function.json is not JSON')
  expect(await get(port)).toBe('200 128')
  save('functions/tried/function.json', definitionText('tried', port, { memorySize: 1 }))
  await untilPrinted('function "tried", memorySize')
  save('functions/tried/function.json', definitionText('tried', port, { environment: ['MISSING'] }))
  await untilPrinted('Function "tried" needs MISSING')
  expect(await get(port)).toBe('200 128')
  save('functions/tried/function.json', definitionText('tried', port, { memorySize: 256 }))
  await untilPrinted('All settings are taken up again.')
  expect(await get(port)).toBe('200 256')
})

test('a changed mapping finishes its batch and goes on after it; one that stays the same is left alone', async () => {
  const port = await freePort()
  const kafkaBrokers = inject('kafkaBrokers')
  const group = `group-${port}`
  const topic = `topic-${port}`
  const definition = (batchSize: number, timeout: number) => {
    const kafka = [{ topics: [topic], consumerGroupId: group, startingPosition: 'TRIM_HORIZON', batchSize }]
    return definitionText('tried', port, { timeout, triggers: { kafka } })
  }
  const { root, save, functions, checks, untilPrinted } = await startScratchProject({
    'functions/topics.json': JSON.stringify([{ name: topic, numPartitions: 2, configEntries: {} }]),
    'functions/tried/function.json': definition(2, 20),
    'functions/tried/handler.ts': `import { appendFileSync, existsSync } from 'node:fs'
      import { dirname, join } from 'node:path'
      const root = join(process.env.LAMBDA_TASK_ROOT ?? '', '..', '..')
      export const handler = async ({ records }) => {
        const values = Object.values(records).flat().map(({ value }) => Buffer.from(value, 'base64').toString())
        appendFileSync(join(root, 'begun'), values.map((value) => value + '\\n').join(''))
        while (values.includes('held') && !existsSync(join(root, 'gate'))) await new Promise((go) => setTimeout(go, 10))
        appendFileSync(join(root, 'ended'), values.map((value) => value + '\\n').join(''))
      }\n`,
  })
  const lines = (file: string) => {
    try {
      return readFileSync(join(root, file), 'utf8').split('\n').slice(0, -1).sort()
    } catch {
      return []
    }
  }
  const send = (...values: readonly string[]) =>
    produce(
      kafkaBrokers,
      topic,
      values.map((value) => ({ key: value, value })),
    )
  const limit = { timeout: 20_000 }
  const before = await checks()
  await send('a', 'b', 'held', 'c', 'd')
  await expect.poll(() => lines('begun'), limit).toContain('held')
  save('functions/tried/function.json', definition(1, 20))
  await send('e', 'f')
  writeFileSync(join(root, 'gate'), '')
  await untilPrinted('has new settings: triggers.')
  await send('g')
  const all = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'held']
  await expect.poll(() => lines('ended'), limit).toEqual(all)
  const [mapping] = functions.get('tried')?.mappings() ?? []
  expect(await checks()).toEqual(before)

  save('functions/tried/function.json', definition(1, 10))
  await untilPrinted('has new settings: timeout.')
  await send('h')
  await expect.poll(() => lines('ended'), limit).toEqual([...all.slice(0, -1), 'h', 'held'])
  expect(lines('begun')).toEqual(lines('ended'))
  expect(functions.get('tried')?.mappings()[0]).toBe(mapping)
  const admin = new Kafka({ brokers: [...kafkaBrokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  const { groups } = await admin.describeGroups([group])
  await admin.disconnect()
  expect(groups[0]?.members).toHaveLength(1)
})
