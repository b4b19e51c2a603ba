import { expect, test } from 'vitest'
import { parseTarget } from './request-target.ts'

test.each([
  ['/orders', '/orders', ''],
  ['/orders?a=%20&b=?', '/orders', 'a=%20&b=?'],
  ['/items/a%2Fb', '/items/a/b', ''],
  ['/users/%40me', '/users/@me', ''],
  ['/guar%64ed', '/guarded', ''],
  ['/users/me%3Fadmin=true', '/users/me', ''],
  ['/users/me%3Fadmin=true?a=1', '/users/me', 'a=1'],
  ['/a/%2525', '/a/%25', ''],
  ['/a+b', '/a+b', ''],
])('[4.2] %s has the path %s and the query "%s"', (url, path, rawQueryString) => {
  expect(parseTarget(url)).toEqual({ path, rawQueryString })
})

test.each(['/%', '/%2', '/%zz', '/%E0%A4%A', '/%ff'])('[4.2] %s has a malformed escape', (url) => {
  expect(() => parseTarget(url)).toThrow(URIError)
})
