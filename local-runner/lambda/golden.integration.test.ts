import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { hostOf } from '../testing/host-of.ts'
import { environmentVariables } from './environment-variables.ts'

// What AWS was recorded to answer, written down from LocalStack's snapshots (tests/aws/services/lambda_, 11/2025 to 1/2026).
const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`golden/${name}`, import.meta.url), 'utf8'))

const payloads = z
  .array(z.strictObject({ rule: z.string(), handler: z.string(), payload: z.string() }))
  .parse(read('invoke-payloads.json'))

test.each(payloads)('$rule', async ({ handler, payload }) => {
  const { invoke } = hostOf(handler, { timeout: 1 })
  const result = await invoke('{}', { requestId: 'r-1' })
  const text =
    result.outcome === 'success'
      ? result.payload
      : JSON.stringify(result.outcome === 'function-error' ? result.error : result)
  expect(text.replace('r-1', '<id>')).toBe(payload)
})

test('[3.6] the variables are those recorded on nodejs24.x', () => {
  const variables = environmentVariables(
    {
      functionName: 'tried',
      memorySizeMb: 1024,
      handler: 'index.handler',
      taskRoot: '/var/task',
      maxConcurrency: undefined,
      logging: { logFormat: 'Text', applicationLogLevel: undefined, systemLogLevel: 'INFO' },
      own: {},
    },
    '2026/01/20/[$LATEST]0123456789abcdef0123456789abcdef',
  )
  expect(variables).toMatchObject(z.record(z.string(), z.string()).parse(read('environment-variables.json')))
})
