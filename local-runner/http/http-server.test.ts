import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { askRaw } from '../testing/ask-raw.ts'
import { serve } from '../testing/serve.ts'

const serveUrl = () => serve(async ({ url }, response) => void response.end(`url=${url};`))

test.each([
  ['/a?b=1', '/a?b=1'],
  ['http://localhost/a?b=http://c', '/a?b=http://c'],
  ['HTTPS://user@localhost:8081/a/b', '/a/b'],
  ['http://localhost', '/'],
  ['http://localhost?a=1', '/?a=1'],
  ['//a/b', '//a/b'],
  ['*', '*'],
])('a request line with the target %s asks for %s', async (target, url) => {
  const { port } = await serveUrl()
  const method = target === '*' ? 'OPTIONS' : 'GET'
  const answer = await askRaw(port, `${method} ${target} HTTP/1.1\r\nhost: localhost\r\n\r\n`)
  expect(answer).toContain(`url=${url};`)
})

test('two Host headers are a bad request, and so is none', async () => {
  const { port } = await serveUrl()
  const two = await askRaw(port, 'GET / HTTP/1.1\r\nhost: a\r\nHost: a\r\n\r\n')
  expect(two).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/)
  expect(two).toContain('{"message":"Bad Request"}')
  expect(await askRaw(port, 'GET / HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/)
})

test('an error after a failed attempt to answer has the status text of a 500', async () => {
  const { port, errors } = await serve(async (_, response) => {
    response.writeHead(200, ['trailer', 'x', 'content-length', '0'])
  })
  const answer = await askRaw(port, 'GET / HTTP/1.1\r\nhost: a\r\n\r\n')
  expect(answer).toMatch(/^HTTP\/1.1 500 Internal Server Error\r\n/)
  expect(errors).toHaveLength(1)
})

test('a stop finishes every request in flight of a connection', async () => {
  const inFlight = new Map<string | undefined, () => void>()
  const { promise: areInFlight, resolve } = Promise.withResolvers<void>()
  const { port, stop } = await serve(async ({ url }, response) => {
    inFlight.set(url, () => response.end(`url=${url};`))
    if (inFlight.size === 2) resolve()
  })
  const socket = connect(port, '127.0.0.1').setEncoding('latin1')
  const answers = text(socket)
  socket.write('GET /1 HTTP/1.1\r\nhost: a\r\n\r\nGET /2 HTTP/1.1\r\nhost: a\r\n\r\n')
  await areInFlight
  const stopped = stop()
  inFlight.get('/1')?.()
  await once(socket, 'data')
  inFlight.get('/2')?.()
  expect(await answers).toMatch(/url=\/1;[^]*url=\/2;/)
  await stopped
})

test.each(['', 'GET / HTTP/1.1\r\nhost'])(
  'a stop waits not long for a connection whose client has sent no more than "%s"',
  async (sent) => {
    const { port, stop } = await serveUrl()
    const socket = connect(port, '127.0.0.1')
    socket.write(sent)
    await once(socket, 'connect')
    // An answer on a later connection: the server has seen the first one.
    await askRaw(port, 'GET / HTTP/1.1\r\nhost: a\r\n\r\n')
    const closed = once(socket.resume(), 'close')
    await stop()
    await closed
  },
)
