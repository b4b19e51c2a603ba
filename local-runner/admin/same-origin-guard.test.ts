import { request } from 'node:http'
import { expect, test } from 'vitest'
import { serve } from '../testing/serve.ts'
import { sameOriginGuard } from './same-origin-guard.ts'

async function ask(method: string, headers: Readonly<Record<string, string>>) {
  const { port } = await serve(
    sameOriginGuard(async (_, response) => void response.writeHead(200).end('{"message":"in"}')),
  )
  return new Promise<string>((resolve, reject) => {
    // fetch sets the header Host itself.
    request({ port, method, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () => {
        const { message } = JSON.parse(text) as { message: string }
        resolve(`${response.statusCode} ${message}`)
      })
    })
      .on('error', reject)
      .end()
  })
}

test.each(['localhost:8080', '127.0.0.1:8080', '[::1]:8080', '192.168.1.7', 'runner:8080', 'shop.localhost'])(
  'the host %s is let in',
  async (host) => {
    expect(await ask('GET', { host })).toBe('200 in')
  },
)

test.each(['evil.example', 'localhost.evil.example:8080', '127.0.0.1.evil.example', 'a b'])(
  'the host %s may be a name that a page points here, and is turned away',
  async (host) => {
    expect(await ask('GET', { host })).toBe(
      `403 The host "${host}" is not the local runner's: use localhost or an IP address.`,
    )
  },
)

test.each(['https://evil.example', 'null', 'http://localhost:3000', 'https://localhost:8080'])(
  'a page of %s changes nothing here',
  async (origin) => {
    const headers = { host: 'localhost:8080', origin }
    expect(await ask('POST', headers)).toBe(`403 A page of ${origin} may not call the local runner.`)
    expect(await ask('GET', headers)).toBe('200 in')
  },
)

test('a page that the runner itself serves may change things', async () => {
  expect(await ask('POST', { host: 'localhost:8080', origin: 'http://localhost:8080' })).toBe('200 in')
})
