import { createMailCatcher } from '../../../local-runner/mail/mail-catcher.ts'
import type { FaultStack } from '../../testing/fault-stack.ts'
import { waitFor } from '../../testing/wait-for.ts'
import type { Effects } from './effects.ts'
import type { Evidence } from './evidence.ts'
import type { KafkaLog } from './kafka-log.ts'
import { readContents } from './redis-contents.ts'
import { readRedis } from './redis-reader.ts'

/** Longer than the watch on an event, the longest of all waits. */
const QUIET_LIMIT_MS = 120_000

export interface GatherEvidenceDeps {
  readonly redis: FaultStack['redis']
  readonly kafka: Pick<KafkaLog, 'lag' | 'readLog' | 'deadLetters'>
  readonly mails: ReturnType<typeof createMailCatcher>['mails']
}

type Found = Omit<Evidence, 'history' | 'samples' | 'addedFunctions'> & Effects

/** Waits until nothing is under way, at most `QUIET_LIMIT_MS`, and reads everything. */
export async function gatherEvidence({ redis, kafka, mails }: GatherEvidenceDeps): Promise<Found> {
  const clients = redis.nodes.map(({ direct }) => direct)
  // Lag first: the effects of what is committed by now are in Redis when it is read afterwards.
  const look = async () => {
    const lag = await kafka.lag()
    return { lag, redis: await readRedis(clients) }
  }
  let found = await waitFor(look, () => true)
  const isQuiet = () => found.lag === 0 && Object.values(found.redis.waiting).every((count) => count === 0)
  const deadline = Date.now() + QUIET_LIMIT_MS
  while (!isQuiet() && Date.now() < deadline) found = await waitFor(look, () => true)
  const { events, hostile } = await kafka.readLog()
  return {
    ...found,
    contents: await readContents(clients),
    log: events,
    hostile,
    deadLetters: await kafka.deadLetters(),
    mails: (await mails()).map(({ messageId = 'none' }) => messageId),
  }
}
