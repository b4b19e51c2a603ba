import type { KafkaTrigger } from './parameters.ts'

export interface RetryPolicy {
  /** Infinity: no limit. */
  readonly maximumRetries: number
  /** Infinity: no limit. */
  readonly maximumRecordAgeMs: number
  readonly isBisecting: boolean
  readonly isReportingItemFailures: boolean
}

/** Limit of unlimited retries when the mapping has an on-failure destination (kafka-retry-configurations). */
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

/** Doubles up to 10 s, with up to half taken off at random so that partitions do not retry in step. AWS documents no schedule. */
export function backoffMs(retry: number, random: () => number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** (retry - 1), LONGEST_DELAY_MS) * (0.5 + random() / 2)
}
