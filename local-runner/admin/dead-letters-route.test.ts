import { expect, test } from 'vitest'
import { UnknownTopicError } from '../dead-letters/dead-letters.ts'
import type { RedriveRequest } from '../dead-letters/redrive.ts'
import { createDeadLettersRoute } from './dead-letters-route.ts'

function setup() {
  const asked: RedriveRequest[] = []
  const route = createDeadLettersRoute({
    list: async () => [{ topic: 't.dlq', total: 2, waiting: 1 }],
    show: async (topic) => {
      if (topic !== 't.dlq') throw new UnknownTopicError(`There is no topic "${topic}".`)
      return [
        {
          kind: 'dlq',
          topic,
          id: '0@1',
          reason: 'bad',
          attempts: 1,
          at: '',
          isRedriven: false,
          original: {
            topic: 't',
            partition: 0,
            offset: 9n,
            key: Buffer.from('k'),
            value: Buffer.from([0xff]),
            headers: [{ key: 'h', value: Buffer.from('x') }],
          },
        },
      ]
    },
    redrive: async (request) => {
      asked.push(request)
      return { isDryRun: request.isDryRun, redriven: [], skipped: [] }
    },
    close: async () => undefined,
  })
  const call = async (method: string, path: string, body = '', contentType = 'application/json') => {
    const response = await route({ method, path, query: new URLSearchParams(), contentType, body })
    return (
      response && { statusCode: response.statusCode, body: JSON.parse(response.body.toString()) as unknown }
    )
  }
  return { call, asked }
}

test('lists the topics, a topic, and one dead letter with its bytes', async () => {
  const { call } = setup()
  expect(await call('GET', '/api/dead-letters')).toEqual({
    statusCode: 200,
    body: { items: [{ topic: 't.dlq', total: 2, waiting: 1 }] },
  })
  const letter = {
    id: '0@1',
    original: { topic: 't', offset: '9', key: 'k', value: { base64: '/w==' }, headers: [['h', 'x']] },
  }
  expect(await call('GET', '/api/dead-letters/t.dlq')).toMatchObject({ body: { items: [letter] } })
  expect(await call('GET', '/api/dead-letters/t.dlq/0@1')).toMatchObject({ statusCode: 200, body: letter })
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
