import type { MSKRecord } from 'aws-lambda'
import { isTerminal } from '../errors.ts'
import { isKafka, type ReconcileEvent } from '../middleware/triggers.ts'
import { createFindings, type Findings } from './findings.ts'

export interface ReconcileOptions {
  /** The topics that rebuild this function's state. A round begins when every function has finished the one before. */
  readonly reads: readonly { readonly topic: string; readonly round: 1 | 2 }[]
  /** What a lost Redis takes with it, as the log does not have it; a sentence each. */
  readonly cannotKnow: readonly string[]
  readonly freeze?: () => Promise<void>
  /** False when nothing was frozen any more. */
  readonly unfreeze?: () => Promise<boolean>
  /** Makes the state hold what the record says. Safe to repeat, and on a state that holds it already. */
  readonly rebuild: (record: MSKRecord, findings: Findings) => Promise<void>
  /** Reports where the state disagrees with the record, and what the record adds to the sums. */
  readonly compare: (record: MSKRecord, findings: Findings) => Promise<void>
  /** The sums of the state, under the names that `compare` uses. */
  readonly totals: (findings: Findings) => Promise<void>
}

/**
 * The pipeline of the reconcile trigger, by `detail-type`: `describe`, `freeze`, `rebuild` and `compare` with an MSK event as the detail,
 * `totals`, `unfreeze`. A record that can never succeed is a finding; what passes with time fails the invocation.
 */
export function reconcilePipeline(options: ReconcileOptions) {
  const { reads, cannotKnow, freeze, unfreeze, rebuild, compare, totals } = options

  async function eachRecord(detail: unknown, handle: ReconcileOptions['rebuild']) {
    if (!isKafka(detail)) throw new Error('The detail of a reconcile step with records must be an MSK event.')
    const findings = createFindings()
    await Promise.all(
      Object.values(detail.records).map(async (ofPartition) => {
        for (const record of ofPartition) await handleRecord(record, handle, findings)
      }),
    )
    return findings.report()
  }

  return async ({ 'detail-type': what, detail }: ReconcileEvent): Promise<unknown> => {
    switch (what) {
      case 'describe':
        return { reads, cannotKnow }
      case 'freeze':
        await freeze?.()
        return {}
      case 'rebuild':
        return eachRecord(detail, rebuild)
      case 'compare':
        return eachRecord(detail, compare)
      case 'totals': {
        const findings = createFindings()
        await totals(findings)
        return findings.report()
      }
      case 'unfreeze':
        return { wasFrozen: (await unfreeze?.()) ?? true }
      default:
        throw new Error(
          `There is no reconcile step "${what}". Send describe, freeze, rebuild, compare, totals or unfreeze.`,
        )
    }
  }
}

async function handleRecord(
  record: MSKRecord,
  handle: ReconcileOptions['rebuild'],
  findings: Findings,
): Promise<void> {
  try {
    await handle(record, findings)
  } catch (error) {
    if (!isTerminal(error)) throw error
    const { topic, partition, offset } = record
    // A record that nobody can read was dead-lettered: the state is right without it.
    if (error.kind === 'invalid') findings.count('records that no function can read')
    else findings.differ(`${topic}-${partition}@${offset}: ${error.code}: ${error.message}`)
  }
}
