import type { KafkaTrigger } from './parameters.ts'

export interface RetryPolicy {
  /** Infinity is without end. */
  readonly maximumRetries: number
  /** Infinity is without end. */
  readonly maximumRecordAgeMs: number
  readonly isBisecting: boolean
  readonly isReportingItemFailures: boolean
}

/** What endless retries come to when the mapping has an on-failure destination (kafka-retry-configurations). */
const RETRIES_BEFORE_DESTINATION = 10
const FIRST_DELAY_MS = 200
const LONGEST_DELAY_MS = 10_000

const limit = (value: number | undefined) => (value === undefined || value === -1 ? Infinity : value)

export function toRetryPolicy(trigger: KafkaTrigger): RetryPolicy {
  const retries = limit(trigger.maximumRetryAttempts)
  return {
    maximumRetries: retries === Infinity && trigger.destinationConfig ? RETRIES_BEFORE_DESTINATION : retries,
    maximumRecordAgeMs: limit(trigger.maximumRecordAgeInSeconds) * 1000,
    isBisecting: trigger.bisectBatchOnFunctionError ?? false,
    isReportingItemFailures: trigger.functionResponseTypes?.includes('ReportBatchItemFailures') ?? false,
  }
}

/** Doubles up to 10 s, less up to half at random so that partitions do not retry in step. AWS's own schedule is not known. */
export function backoffMs(retry: number, random: () => number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** (retry - 1), LONGEST_DELAY_MS) * (0.5 + random() / 2)
}
