import type { MappingFacts } from './facts.ts'
import type { Finding } from './finding.ts'

/** What the records themselves say: there are none, or none for this function. */
export function diagnoseRecords(facts: MappingFacts): readonly Finding[] {
  const { trigger, partitions = [], hasRecords, sample, live } = facts
  const [topic = ''] = trigger.topics
  if (!hasRecords) {
    // Records of an open transaction are a finding of their own.
    if (partitions.some(({ open }) => open !== undefined)) return []
    return [{ cause: 'no-records', what: `${topic} has no records`, fix: `Write one to ${topic}.` }]
  }
  const isLiveFiltered =
    live !== undefined && live.recordsFetched > 0 && live.recordsFetched === live.recordsFiltered
  const isSampleFiltered = sample !== undefined && sample.passed === 0 && sample.read > 0
  if (isSampleFiltered || (isLiveFiltered && (sample?.passed ?? 0) === 0)) {
    return [
      {
        cause: 'all-filtered',
        what: isSampleFiltered
          ? `None of the newest ${sample.read} records passes filterCriteria`
          : `None of the ${live?.recordsFetched} records fetched passes filterCriteria`,
        fix: 'Compare a record with the patterns: only its value is matched, and 300 does not match 300.0.',
      },
    ]
  }
  const isAtEnd = partitions.every(({ hasUnread }) => !hasUnread)
  if (trigger.startingPosition === 'LATEST' && isAtEnd && (live?.recordsFetched ?? 0) === 0) {
    return [
      {
        cause: 'latest',
        what: `${topic} has records, all older than the group: it began at LATEST`,
        fix: 'Write a new one; or set startingPosition to TRIM_HORIZON together with a new consumerGroupId, because a group with offsets ignores the starting position.',
      },
    ]
  }
  return []
}
