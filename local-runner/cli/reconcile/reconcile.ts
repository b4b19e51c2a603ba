import type { Admin, Kafka } from 'kafkajs'
import { createLogReader } from '../../kafka/log-reader.ts'
import { compareWhenQuiet } from './compare-when-quiet.ts'
import { compareWithLog } from './compare-with-log.ts'
import { describeAll, type Described, topicsOf } from './describe.ts'
import { createTally, type Findings } from './findings.ts'
import type { ReconciledFunction } from './functions.ts'
import { type Group, type LogEnds, readEnds, readLag, requireWholeLog } from './log-ends.ts'
import { findOpenTransactions } from './open-transactions.ts'
import {
  alreadyFrozenText,
  comparedText,
  createProgress,
  openTransactionsText,
  passedOverText,
  rebuiltText,
} from './print-report.ts'
import { rebuild } from './rebuild.ts'
import { freeze, isFrozen, unfreeze } from './shop-freeze.ts'
import { createTopicReader } from './topic-reader.ts'

/** A function with its consumer groups. */
export interface ReconcileParticipant extends ReconciledFunction {
  readonly groups: readonly Group[]
}

export interface ReconcileDeps {
  readonly kafka: Kafka
  readonly bootstrapServers: string
  readonly functions: readonly ReconcileParticipant[]
  readonly checkOnly: boolean
  readonly print: (line: string) => void
  /** Called with whether the shop is frozen, whenever that becomes known or changes. */
  readonly onFreeze: (isFrozen: boolean) => void
  /** Monotonic. */
  readonly elapsedMs: () => number
}

/** Rebuilds what Redis holds from the log, unless asked to compare only. Resolves to whether all is equal to the log. */
export async function reconcile(deps: ReconcileDeps): Promise<boolean> {
  const { kafka, functions, checkOnly, print, onFreeze } = deps
  const admin = kafka.admin()
  await admin.connect()
  try {
    const { described, passedOver } = await describeAll(functions)
    for (const name of passedOver) print(passedOverText(name))
    const wasFrozen = await isFrozen(described)
    if (wasFrozen) print(alreadyFrozenText(checkOnly))
    onFreeze(wasFrozen)
    const ends = await readEnds(admin, topicsOf(described))
    requireWholeLog(ends)
    const open = await readOpenTransactions(kafka, ends)
    if (open.length > 0) print(openTransactionsText(open))
    const found = createTally()
    if (!checkOnly) for (const one of await freezeAndRebuild(admin, described, deps)) found.differ(one)
    print('Comparing with the log')
    found.add(await compare(admin, described, deps))
    if (!checkOnly) {
      if (!(await unfreeze(described))) found.differ(LOST_FREEZE)
      onFreeze(false)
    }
    print(comparedText(found))
    return found.differences.size === 0
  } finally {
    await admin.disconnect()
  }
}

async function readOpenTransactions(kafka: Kafka, ends: LogEnds) {
  const reader = createLogReader(kafka)
  try {
    return await findOpenTransactions(reader, ends)
  } finally {
    await reader.close()
  }
}

const LOST_FREEZE =
  'Redis was emptied, or the shop opened by another process, during the rebuild: run this again'

/** What cannot be rebuilt. */
async function freezeAndRebuild(
  admin: Admin,
  described: readonly Described[],
  deps: ReconcileDeps,
): Promise<Findings['differences']> {
  const { kafka, bootstrapServers, print, onFreeze } = deps
  onFreeze(true)
  await freeze(described)
  print('Frozen: new orders are answered 503 until this is done. Sending the log to the functions:')
  const rebuilt = await rebuild({
    described,
    // After the freeze: whatever was accepted before is in the log by now, or is published later by itself.
    ends: await readEnds(admin, topicsOf(described)),
    read: createTopicReader(kafka, bootstrapServers).read,
    newProgress: (what, total) => createProgress(what, total, deps),
  })
  const cannotKnow = described.flatMap((one) => one.cannotKnow)
  print(rebuiltText(rebuilt, cannotKnow))
  return rebuilt.differences
}

function compare(admin: Admin, described: readonly Described[], deps: ReconcileDeps): Promise<Findings> {
  const names = new Set(described.map(({ reconciled }) => reconciled.name))
  const groups = deps.functions.filter(({ name }) => names.has(name)).flatMap((one) => one.groups)
  return compareWhenQuiet({
    ...deps,
    ends: () => readEnds(admin, topicsOf(described)),
    lag: (ends) => readLag(admin, groups, ends),
    compare: (ends) =>
      compareWithLog(ends, { described, read: createTopicReader(deps.kafka, deps.bootstrapServers).read }),
  })
}
