import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'

// Vitest finds named exports of kafkajs that Node does not.
test('Node itself loads the repairs, and kafkajs is still what they replace', () => {
  const repairs = pathToFileURL(join(import.meta.dirname, 'repairs.ts')).href
  const script = `const { repairKafkajs } = await import('${repairs}'); repairKafkajs(); repairKafkajs(); console.log('repaired')`
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  })
  expect(output).toBe('repaired\n')
})
