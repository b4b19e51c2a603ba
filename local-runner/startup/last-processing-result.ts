import type { MappingState } from '../event-source-mapping/mapping-state.ts'

/** `LastProcessingResult` of a mapping in AWS's words (invocation-eventsourcemapping), or the reason why it does not poll. */
export function lastProcessingResult(state: MappingState): string {
  const { isReady, lastError, partitions, recordsFetched, lag } = state
  if (!isReady && lastError !== undefined) return `PROBLEM: ${lastError}`
  if (partitions.some(({ lastFailure }) => lastFailure !== undefined)) return 'PROBLEM: Function call failed'
  return recordsFetched > lag ? 'OK' : 'No records processed'
}
