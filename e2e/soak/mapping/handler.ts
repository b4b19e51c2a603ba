import * as z from 'zod'
import type { InvocationResult } from '../../../local-runner/lambda/invocation.ts'
import type { Ledger } from './ledger.ts'
import type { Plan } from './plan.ts'

interface Record {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

// Not zod for the records: a million of them are read here, and the time goes to the mapping's account.
const event = z.object({ records: z.record(z.string(), z.custom<readonly Record[]>(Array.isArray)) })

/**
 * Answers as this project's functions do: a partition stops at its first failure, and everything not done is reported.
 * The offset is the record's number, as the topic is new.
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
