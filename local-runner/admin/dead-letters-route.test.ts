import { expect, test } from 'vitest'
import type { Found } from '../dead-letters/dead-letter.ts'
import { UnknownTopicError } from '../dead-letters/dead-letters.ts'
import type { DiscardRequest } from '../dead-letters/discard.ts'
import type { RedriveRequest } from '../dead-letters/redrive.ts'
import { createDeadLettersRoute } from './dead-letters-route.ts'

const letter: Found = {
  kind: 'dlq',
  topic: 't.dlq',
  id: '0@1',
  reason: 'bad',
  attempts: 1,
  at: '',
  service: undefined,
  isRedriven: false,
  original: {
    topic: 't',
    partition: 0,
    offset: 9n,
    key: Buffer.from('k'),
    value: Buffer.from([0xff]),
    headers: [{ key: 'h', value: Buffer.from('x') }],
  },
}

function setup(letters: readonly Found[] = [letter]) {
  const asked: RedriveRequest[] = []
  const discarded: DiscardRequest[] = []
  const route = createDeadLettersRoute({
    list: async () => [{ topic: 't.dlq', total: 2, waiting: 1 }],
    show: async function* (topic, after) {
      if (topic !== 't.dlq') throw new UnknownTopicError(`There is no topic "${topic}".`)
      for (const one of letters) if (after === undefined || one.id > after) yield one
    },
    find: async (topic, id) => {
      if (topic !== 't.dlq') throw new UnknownTopicError(`There is no topic "${topic}".`)
      return letters.find((one) => one.id === id)
    },
    lastSkippedWith: async () => 0n,
    keepSkipped: async () => ({ topic: '', id: '' }),
    discard: async (request) => {
      discarded.push(request)
      return { discarded: [], skipped: [] }
    },
    redrive: async (request) => {
      asked.push(request)
      return { isDryRun: request.isDryRun, redriven: [], skipped: [] }
    },
    close: async () => undefined,
  })
  const call = async (method: string, path: string, body = '', contentType = 'application/json') => {
    const [pathname = '', query] = path.split('?')
    const response = await route({
      method,
      path: pathname,
      query: new URLSearchParams(query),
      contentType,
      body,
    })
    return (
      response && { statusCode: response.statusCode, body: JSON.parse(response.body.toString()) as unknown }
    )
  }
  return { call, asked, discarded }
}

test('lists the topics, a topic, and one dead letter with its bytes', async () => {
  const { call } = setup()
  expect(await call('GET', '/api/dead-letters')).toEqual({
    statusCode: 200,
    body: { items: [{ topic: 't.dlq', total: 2, waiting: 1 }] },
  })
  const expected = {
    id: '0@1',
    original: { topic: 't', offset: '9', key: 'k', value: { base64: '/w==' }, headers: [['h', 'x']] },
  }
  expect(await call('GET', '/api/dead-letters/t.dlq')).toMatchObject({ body: { items: [expected] } })
  expect(await call('GET', '/api/dead-letters/t.dlq/0@1')).toMatchObject({ statusCode: 200, body: expected })
  expect(await call('GET', '/api/dead-letters/t.dlq/0%401')).toMatchObject({ statusCode: 200 })
  expect(await call('GET', '/api/dead-letters/t.dlq/0@2')).toMatchObject({ statusCode: 404 })
  expect(await call('GET', '/api/dead-letters/other')).toMatchObject({ statusCode: 404 })
  expect(await call('GET', '/api/mails')).toBeUndefined()
})

test('redrives what the body names', async () => {
  const { call, asked } = setup()
  await call('POST', '/api/dead-letters/t.dlq/redrive', '{"ids":["0@1"],"value":"new","ratePerSecond":5}')
  await call('POST', '/api/dead-letters/t.dlq/redrive', '{"ids":"all","isDryRun":true}')
  expect(asked).toEqual([
    { topic: 't.dlq', ids: ['0@1'], newValue: Buffer.from('new'), isDryRun: false, ratePerSecond: 5 },
    { topic: 't.dlq', ids: undefined, newValue: undefined, isDryRun: true },
  ])
})

test.for([
  ['{"ids":[]}', 'application/json', 400, 'ids: '],
  ['{"ids":"some"}', 'application/json', 400, 'ids: '],
  ['{"ids":"all","rate":1}', 'application/json', 400, 'body: Unrecognized key: "rate". Send { "ids": '],
  ['{', 'application/json', 400, 'The body is not JSON: '],
  ['{"ids":"all"}', 'text/plain', 415, 'Send application/json.'],
] as const)('refuses %s as %s with %d and says why', async ([body, contentType, statusCode, message]) => {
  const { call, asked } = setup()
  expect(await call('POST', '/api/dead-letters/t.dlq/redrive', body, contentType)).toEqual({
    statusCode,
    body: { message: expect.stringContaining(message) as unknown },
  })
  expect(asked).toEqual([])
})

test('a topic is shown in pages, of a number of dead letters and of some megabytes', async () => {
  const many = Array.from({ length: 5 }, (_, index) => ({ ...letter, id: `0@${index}` }))
  const { call } = setup(many)
  const page = { items: [{ id: '0@2' }, { id: '0@3' }], next: '0@3' }
  expect(await call('GET', '/api/dead-letters/t.dlq?after=0@1&limit=2')).toMatchObject({ body: page })
  expect(await call('GET', '/api/dead-letters/t.dlq?after=0@3')).toMatchObject({
    body: { items: [{ id: '0@4' }] },
  })
  expect(await call('GET', '/api/dead-letters/t.dlq?after=0@3')).not.toHaveProperty('body.next')
  expect(await call('GET', '/api/dead-letters/t.dlq?after=x')).toMatchObject({ statusCode: 400 })
  expect(await call('GET', '/api/dead-letters/t.dlq?limit=100000')).toMatchObject({ statusCode: 400 })

  const value = Buffer.alloc(3_000_000)
  const large = setup(many.map((one) => ({ ...one, original: { ...letter.original, value } })))
  expect(await large.call('GET', '/api/dead-letters/t.dlq')).toMatchObject({
    body: { items: [{ id: '0@0' }, { id: '0@1' }], next: '0@1' },
  })
})

test('discards what the body names, with its reason', async () => {
  const { call, discarded } = setup()
  const path = '/api/dead-letters/t.dlq/discard'
  expect(await call('POST', path, '{"ids":["0@1"],"reason":"a test order"}')).toMatchObject({
    statusCode: 200,
  })
  expect(await call('POST', path, '{"ids":"all"}')).toMatchObject({ statusCode: 400 })
  expect(discarded).toEqual([{ topic: 't.dlq', ids: ['0@1'], reason: 'a test order' }])
})
