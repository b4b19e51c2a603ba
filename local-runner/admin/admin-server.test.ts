import { expect, test } from 'vitest'
import { serve } from '../testing/serve.ts'
import { createAdminListener } from './admin-server.ts'
import { createMailsRoute } from './mails-route.ts'
import { createMappingsRoute } from './mappings-route.ts'

const unused = () => Promise.reject(new Error('not called'))

test('JSON is below /api, and the plain paths are free', async () => {
  const { url } = await serve(
    createAdminListener({
      health: unused,
      lambdaApi: unused,
      routes: [
        createMailsRoute(async () => []),
        createMappingsRoute({
          kafkaBrokers: ['localhost:9092'],
          redisUrl: 'redis://localhost:6379',
          reports: () => [],
          entries: () => [],
        }),
      ],
    }),
  )
  const bodyOf = async (path: string): Promise<unknown> => (await fetch(`${url}${path}`)).json()
  expect(await bodyOf('/api/mails')).toEqual({ items: [] })
  expect(await bodyOf('/api/mappings')).toEqual({
    kafkaBrokers: ['localhost:9092'],
    redisUrl: 'redis://localhost:6379',
    items: [],
  })
  for (const path of ['/mails', '/mappings', '/dead-letters', '/api']) {
    expect((await fetch(`${url}${path}`)).status).toBe(404)
  }
})
