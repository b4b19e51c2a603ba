import type { Admin, Kafka } from 'kafkajs'
import * as z from 'zod'
import { compareWhenQuiet } from './compare-when-quiet.ts'
import { compareWithLog } from './compare-with-log.ts'
import { describeAll, type Described, topicsOf } from './describe.ts'
import { addFindings, type Findings, NOTHING } from './findings.ts'
import type { ReconciledFunction } from './functions.ts'
import { type Group, readEnds, readLag, requireWholeLog } from './log-ends.ts'
import { comparedText, createProgress, passedOverText, rebuiltText } from './print-report.ts'
import { rebuild } from './rebuild.ts'
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
  /** Monotonic. */
  readonly elapsedMs: () => number
}

const unfrozen = z.object({ wasFrozen: z.boolean() })

/** Rebuilds what Redis holds from the log, unless asked to compare only. Resolves to whether all is equal to the log. */
export async function reconcile(deps: ReconcileDeps): Promise<boolean> {
  const { kafka, functions, checkOnly, print } = deps
  const admin = kafka.admin()
  await admin.connect()
  try {
    const { described, passedOver } = await describeAll(functions)
    for (const name of passedOver) print(passedOverText(name))
    requireWholeLog(await readEnds(admin, topicsOf(described)))
    const notRebuilt = checkOnly ? NOTHING : await freezeAndRebuild(admin, described, deps)
    print('Comparing with the log')
    const compared = await compare(admin, described, deps)
    const thawed = checkOnly ? NOTHING : await unfreeze(described)
    const found = [notRebuilt, thawed].reduce(addFindings, compared)
    print(comparedText(found))
    return found.differences.length === 0
  } finally {
    await admin.disconnect()
  }
}

async function freezeAndRebuild(
  admin: Admin,
  described: readonly Described[],
  deps: ReconcileDeps,
): Promise<Findings> {
  const { kafka, bootstrapServers, print } = deps
  await Promise.all(described.map(({ reconciled }) => reconciled.ask('freeze')))
  print('Frozen: new orders are answered 503 until this is done. Sending the log to the functions:')
  const rebuilt = await rebuild({
    described,
    // After the freeze: whatever was accepted before is in the log by now, or is published later by itself.
    ends: await readEnds(admin, topicsOf(described)),
    read: createTopicReader(kafka, bootstrapServers).read,
    newProgress: (what, total) => createProgress(what, total, deps),
  })
  print(
    rebuiltText(
      rebuilt,
      described.flatMap(({ cannotKnow }) => cannotKnow),
    ),
  )
  return { ...NOTHING, differences: rebuilt.differences }
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

async function unfreeze(described: readonly Described[]): Promise<Findings> {
  const answers = await Promise.all(
    described.map(async ({ reconciled }) => unfrozen.parse(await reconciled.ask('unfreeze'))),
  )
  if (answers.every(({ wasFrozen }) => wasFrozen)) return NOTHING
  return {
    ...NOTHING,
    differences: ['Redis was emptied, or unfrozen by another process, during the rebuild: run this again'],
  }
}
