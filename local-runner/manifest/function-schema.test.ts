import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { functionSchema } from './function-schema.ts'

test('the committed schema of function.json says what the parser says', () => {
  const committed: unknown = JSON.parse(
    readFileSync(new URL('function.schema.json', import.meta.url), 'utf8'),
  )
  const hint = 'run: node local-runner/manifest/write-function-schema.ts'
  expect(committed, hint).toEqual(JSON.parse(JSON.stringify(functionSchema())))
})
