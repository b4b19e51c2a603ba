import * as z from 'zod'
import type { InvocationResult } from '../../../local-runner/lambda/invocation.ts'
import type { Ledger } from './ledger.ts'
import type { Plan } from './plan.ts'

interface Record {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

// The records are not parsed with zod: there are a million, and the time would count as the mapping's.
const event = z.object({ records: z.record(z.string(), z.custom<readonly Record[]>(Array.isArray)) })

/**
 * Answers as this project's functions do: a partition stops at its first failure, and all records not done are reported.
 * The topic is new, so a record's offset is its number.
 */
export function createSoakHandler(plan: Plan, ledger: Ledger) {
  const fails = (partition: number, sequence: number) => {
    const isFirst = ledger.isFirstTry(partition, sequence)
    return plan.isPoison(partition, sequence) || (isFirst && plan.failsOnce(partition, sequence))
  }
  return async (payload: string): Promise<InvocationResult> => {
    const { records } = event.parse(JSON.parse(payload))
    const batchItemFailures = Object.values(records).flatMap((ofPartition) => {
      for (const [index, { partition, offset }] of ofPartition.entries()) {
        if (fails(partition, offset)) return ofPartition.slice(index).map(toItemFailure)
        ledger.handled(partition, offset)
      }
      return []
    })
    return { outcome: 'success', payload: JSON.stringify({ batchItemFailures }) }
  }
}

const toItemFailure = ({ topic, partition, offset }: Record) => ({
  itemIdentifier: { partition: `${topic}-${partition}`, offset },
})
