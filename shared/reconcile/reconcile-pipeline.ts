import type { MSKRecord } from 'aws-lambda'
import { isTerminal } from '../errors.ts'
import { isForAnotherService } from '../kafka/redrive.ts'
import { isKafka, type ReconcileEvent } from '../middleware/triggers.ts'
import { createFindings, type Findings } from './findings.ts'

export interface ReconcileOptions {
  /** As in `<topic>.<service>.dlq`: a record redriven to another service is passed over. Undefined: takes every record. */
  readonly service: string | undefined
  /** The topics that rebuild this function's state. A round begins when every function has finished the one before. */
  readonly reads: readonly { readonly topic: string; readonly round: 1 | 2 }[]
  /** What a lost Redis takes with it, as the log does not have it; a sentence each. */
  readonly cannotKnow: readonly string[]
  /** Whether anything is frozen. */
  readonly isFrozen?: () => Promise<boolean>
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
 * The pipeline of the reconcile trigger, by `detail-type`: `describe`, `status`, `freeze`, `rebuild` and `compare` with an MSK event as
 * the detail, `totals`, `unfreeze`. A record that can never succeed is a finding; what passes with time fails the invocation.
 */
export function reconcilePipeline(options: ReconcileOptions) {
  const { service, reads, cannotKnow, isFrozen, freeze, unfreeze, rebuild, compare, totals } = options

  async function eachRecord(detail: unknown, handle: ReconcileOptions['rebuild']) {
    if (!isKafka(detail)) throw new Error('The detail of a reconcile step with records must be an MSK event.')
    const findings = createFindings()
    await Promise.all(
      Object.values(detail.records).map(async (ofPartition) => {
        for (const record of ofPartition) await handleRecord(record, { service, handle, findings })
      }),
    )
    return findings.report()
  }

  return async ({ 'detail-type': what, detail }: ReconcileEvent): Promise<unknown> => {
    switch (what) {
      case 'describe':
        return { reads, cannotKnow }
      case 'status':
        return { isFrozen: (await isFrozen?.()) ?? false }
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
          `There is no reconcile step "${what}". Send describe, status, freeze, rebuild, compare, totals or unfreeze.`,
        )
    }
  }
}

interface RecordStep {
  readonly service: string | undefined
  readonly handle: ReconcileOptions['rebuild']
  readonly findings: Findings
}

async function handleRecord(record: MSKRecord, { service, handle, findings }: RecordStep): Promise<void> {
  const place = `${record.topic}-${record.partition}@${record.offset}`
  if (service !== undefined && isForAnotherService(record, service)) {
    return findings.passOver('redrivenElsewhere', place)
  }
  try {
    await handle(record, findings)
  } catch (error) {
    if (!isTerminal(error)) throw error
    if (error.kind === 'invalid') findings.passOver('unreadable', place)
    else findings.differ(`${place}: ${error.code}: ${error.message}`)
  }
}
