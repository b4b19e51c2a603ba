import { expect, test } from 'vitest'
import { createPreludeReader } from './prelude.ts'

const NUL = '\0'.repeat(8)
const read = (...chunks: readonly string[]) => {
  const reader = createPreludeReader()
  for (const chunk of chunks) {
    const prelude = reader(Buffer.from(chunk))
    if (!prelude) continue
    return 'problem' in prelude ? prelude : { ...prelude.head, rest: Buffer.from(prelude.rest).toString() }
  }
  return undefined
}

const text = JSON.stringify({
  statusCode: 201,
  headers: { 'Content-Type': 'text/html', 'X-Own': 7 },
  cookies: ['a=1', 'b=2; Path=/'],
})
const whole = {
  statusCode: 201,
  headers: [
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2; Path=/'],
    ['content-type', 'text/html'],
    ['x-own', '7'],
  ],
  rest: 'body',
}

test('[3.9] the prelude of a stream has its status, headers and cookies, however it is cut', () => {
  const stream = `${text}${NUL}body`
  expect(read(stream)).toEqual(whole)
  for (let at = 1; at < text.length + NUL.length; at++) {
    expect(read(stream.slice(0, at), stream.slice(at))).toEqual(whole)
  }
  expect(read(...stream.slice(0, -4), 'body')).toMatchObject({ statusCode: 201, rest: '' })
})

test('[3.9] NUL bytes of the body belong to it', () => {
  expect(read(`{}${NUL}${NUL}x`)).toMatchObject({ rest: `${NUL}x` })
})

test('[3.9] without a word it is 200 application/octet-stream', () => {
  expect(read(`{}${NUL}`)).toMatchObject({
    statusCode: 200,
    headers: [['content-type', 'application/octet-stream']],
  })
})

test.each([
  ['no JSON', `x${NUL}`, /no JSON/],
  ['a status that is none', `{"statusCode":99}${NUL}`, /^statusCode: /],
  ['a header that HTTP cannot carry', `{"headers":{"a":"b\\r\\nc"}}${NUL}`, /the header "a"/],
  ['over 16 KB', `{"a":"${'x'.repeat(17_000)}"}${NUL}`, /16384 bytes/],
])('[3.9] a prelude with %s is a problem', (_, stream, problem) => {
  expect(read(stream)).toEqual({ problem: expect.stringMatching(problem) as unknown })
})

test('[3.9] a stream without its prelude is given up after 16 KB', () => {
  expect(read(...Array.from({ length: 100 }, () => 'x'.repeat(1_000)))).toHaveProperty('problem')
  expect(read('x'.repeat(10_000))).toBeUndefined()
})
