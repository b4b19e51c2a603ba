import { expect, test } from 'vitest'
import { serve } from '../testing/serve.ts'
import { sendSeed } from './seed.ts'

const put = (path: string, body: unknown = { a: 1 }) => ({
  method: 'PUT',
  path,
  headers: { 'if-none-match': '*' },
  body,
})

test('sends each request with its body as JSON; 412 is fine, for it is there already', async () => {
  const seen: string[] = []
  const { port } = await serve(async (request, response) => {
    request.setEncoding('utf8')
    let body = ''
    for await (const chunk of request) body += String(chunk)
    seen.push(
      `${request.method} ${request.url} ${request.headers['content-type']} ${request.headers['if-none-match']} ${body}`,
    )
    response.writeHead(request.url === '/there' ? 412 : 201).end()
  })
  await sendSeed({ port, requests: [put('/new'), put('/there')] })
  expect(seen.sort()).toEqual([
    'PUT /new application/json * {"a":1}',
    'PUT /there application/json * {"a":1}',
  ])
})

test('what fails is named with its answer', async () => {
  const { port } = await serve(async (_, response) => void response.writeHead(500).end('{"message":"no"}'))
  await expect(sendSeed({ port, requests: [put('/stock/SKU-001')] })).rejects.toThrow(
    '1 of 1 seed requests failed:\n  PUT /stock/SKU-001: 500 {"message":"no"}',
  )
})
