import { describe, expect, test } from 'vitest'
import { environmentKinds } from '../testing/environment-kinds.ts'
import { serve } from '../testing/serve.ts'
import { createFunctionUrl } from './function-url.ts'

describe.each(environmentKinds)('$kind', ({ missing, open }) => {
  const serveHandler = async (handler: string) => {
    if (missing !== undefined) throw new Error(missing)
    const { invoke } = await open({ files: { 'index.cjs': `exports.handler = ${handler}` } })
    const config = { localPort: 1, authType: 'NONE', invokeMode: 'RESPONSE_STREAM' } as const
    return serve(createFunctionUrl({ config, invoke, onInvalidAnswer: () => undefined }))
  }

  test('[3.9] HttpResponseStream.from sets status, headers and cookies of a streamed response', async () => {
    const { url } = await serveHandler(
      `awslambda.streamifyResponse(async ({ rawPath }, stream) => {
         const http = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { 'X-Own': 'yes' }, cookies: ['a=1'] })
         http.write(rawPath + ' '); await new Promise(setImmediate); http.end('end') })`,
    )
    const response = await fetch(`${url}/a%2Fb`)
    expect([response.status, response.headers.get('x-own'), response.headers.getSetCookie()]).toEqual([
      201,
      'yes',
      ['a=1'],
    ])
    expect(await response.text()).toBe('/a%2Fb end')
  })

  test('[3.9] without it the response is 200 with the content type of the stream', async () => {
    const { url } = await serveHandler(
      'awslambda.streamifyResponse(async (event, stream) => { stream.end("x") })',
    )
    const response = await fetch(url)
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      'application/octet-stream',
      'x',
    ])
  })

  test.each(["'text/html; \\u2192'", 'undefined'])(
    '[3.9] the handler itself fails for the content type %s',
    async (type) => {
      const { url } = await serveHandler(
        `awslambda.streamifyResponse(async (event, stream) => { stream.setContentType(${type}); stream.end('x') })`,
      )
      const response = await fetch(url)
      expect([response.status, await response.text()]).toEqual([502, 'Internal Server Error'])
    },
  )

  test('[3.9] a handler that throws midway cuts the connection after what it wrote', async () => {
    const { url } = await serveHandler(
      `awslambda.streamifyResponse(async (event, stream) => {
         await new Promise((done) => stream.write('half', done)); throw new Error('midway') })`,
    )
    const response = await fetch(url)
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow('terminated')
  })
})
