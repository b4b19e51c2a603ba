import { cutText } from '../journal/cut-text.ts'
import type { InvocationResult } from '../lambda/invocation.ts'
import { type BatchEntry, recordsOf } from './batch.ts'
import { parseBatchResponse } from './partial-batch-response.ts'

/** What one invocation means for its records. */
export type Verdict =
  | { readonly kind: 'success' }
  | { readonly kind: 'throttled'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'partial'; readonly failed: readonly BatchEntry[]; readonly reason: string }

export interface JudgeResultDeps {
  readonly topic: string
  readonly isReportingItemFailures: boolean
}

export function judgeResult(
  result: InvocationResult,
  entries: readonly BatchEntry[],
  deps: JudgeResultDeps,
): Verdict {
  switch (result.outcome) {
    case 'throttled':
      return { kind: 'throttled', reason: result.reason }
    case 'function-error':
      return { kind: 'failed', reason: cutText(`${result.error.errorType}: ${result.error.errorMessage}`) }
    case 'success': {
      if (!deps.isReportingItemFailures) return { kind: 'success' }
      const response = parseBatchResponse(result.payload, deps.topic, recordsOf(entries))
      switch (response.kind) {
        case 'success':
          return response
        case 'invalid':
          return {
            kind: 'failed',
            reason: cutText(`invalid batchItemFailures, so the whole batch failed: ${response.reason}`),
          }
        case 'partial': {
          const failed = entries.filter(({ record }) => response.isFailed(record.partition, record.offset))
          return {
            kind: 'partial',
            failed,
            reason: `${failed.length} of ${entries.length} records reported as failed`,
          }
        }
      }
    }
  }
}
