import { expect, test } from 'vitest'
import type { InvocationResult } from '../lambda/invocation.ts'
import { serve } from '../testing/serve.ts'
import { createHttpEntry } from './http-entry.ts'
import { createRouting } from './routing.ts'

test('[4.3] [6.14] past the integration timeout the client gets 503, and the function runs on', async () => {
  const held = Promise.withResolvers<InvocationResult>()
  let ended = false
  const { url } = await serve(
    createHttpEntry({
      findRoute: createRouting(['$default']),
      gateway: { stage: '$default', stageVariables: {} },
      cors: undefined,
      authorizerOf: () => undefined,
      invoke: async () => {
        const result = await held.promise
        ended = true
        return result
      },
      integrationTimeoutMs: 50,
    }),
  )
  const response = await fetch(url)
  expect(response.status).toBe(503)
  expect(await response.json()).toEqual({ message: 'Service Unavailable' })
  expect(ended).toBe(false)
  held.resolve({ outcome: 'success', payload: '1' })
  await expect.poll(() => ended).toBe(true)
})
