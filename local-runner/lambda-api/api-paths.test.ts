import * as sdk from '@aws-sdk/client-lambda'
import { expect, test } from 'vitest'
import { findOperation, isLambdaApiPath, OPERATION_NAMES } from './api-paths.ts'

/** Every operation of the API with its method and path, from the client's own schemas. */
const operations = Object.values(sdk).flatMap((schema: unknown) => {
  if (!Array.isArray(schema) || schema[0] !== 9) return []
  const [, , name, { http }] = schema as [9, string, string, { http: [string, string, number] }]
  return [{ name, method: http[0], path: http[1].replace(/\{\w+\}/g, 'x').replace(/\?.*/, '') }]
})

test('[3.5] every operation of the API is told from a route of the HTTP API', () => {
  expect(operations.length).toBeGreaterThan(80)
  expect(operations.filter(({ path }) => !isLambdaApiPath(path))).toEqual([])
})

test('[3.5] the method and the path say which operation is called', () => {
  const served = operations.filter(({ name }) => OPERATION_NAMES.includes(name))
  expect(served).toHaveLength(OPERATION_NAMES.length)
  for (const { name, method, path } of operations) {
    expect([name, findOperation(method, path)?.name]).toEqual([
      name,
      OPERATION_NAMES.includes(name) ? name : undefined,
    ])
  }
  expect(findOperation('GET', '/2015-03-31/functions/')?.name).toBe('ListFunctions')
  expect(findOperation('GET', '/2015-03-31/functions/a%3Ab')?.parameter).toBe('a:b')
})

test.each(['/', '/orders', '/2015-03-31x', '/2026-01-05/functions', '/v1/2015-03-31/functions', undefined])(
  '[3.5] the path %s is not of the API',
  (url) => {
    expect(isLambdaApiPath(url)).toBe(false)
  },
)
