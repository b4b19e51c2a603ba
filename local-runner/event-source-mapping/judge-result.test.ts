import { expect, test } from 'vitest'
import { judgeResult } from './judge-result.ts'

const deps = { topic: 't', isReportingItemFailures: true }
const endless = 'x'.repeat(1_000_000)

test('the reason of a failure has an end, whatever the function has said', () => {
  const error = { errorType: 'Error', errorMessage: endless }
  const said = { batchItemFailures: [{ itemIdentifier: { partition: endless, offset: 1 } }] }
  const failed = judgeResult({ outcome: 'function-error', error }, [], deps)
  const invalid = judgeResult({ outcome: 'success', payload: JSON.stringify(said) }, [], deps)
  for (const verdict of [failed, invalid]) {
    expect(verdict).toEqual({
      kind: 'failed',
      reason: expect.stringMatching(/x… \(\d+ characters in all\)$/) as string,
    })
    expect(JSON.stringify(verdict).length).toBeLessThan(1100)
  }
})
