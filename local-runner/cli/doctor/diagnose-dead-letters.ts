import type { DeadLetterFacts, RedisFacts } from './facts.ts'
import type { Finding } from './finding.ts'
import { durationText, fewOf, quoted } from './texts.ts'

/** What waits to be redriven or discarded; of events that the store does not have, whether Redis can have lost them. */
export function diagnoseDeadLetters(
  { topic, waiting, isComplete, newestAt, reasons, notInStore }: DeadLetterFacts,
  redis: Pick<RedisFacts, 'error' | 'nodes'> | undefined,
  nowMs: number,
): readonly Finding[] {
  if (waiting === 0) return []
  const byCount = [...reasons].sort(([, a], [, b]) => b - a)
  const newestMs = Date.parse(newestAt ?? '')
  const newest = newestMs <= nowMs ? `, the newest ${durationText(nowMs - newestMs)} ago` : ''
  const why = fewOf(byCount.map(([reason, count]) => `${quoted(reason, 60)} (${count})`))
  const findings: Finding[] = [
    {
      cause: 'dead-letters',
      what: `${isComplete ? '' : 'More than '}${waiting} dead letters wait in ${topic}${newest}: ${why}`,
      fix: 'Look at them; fix what refused them, then redrive them, or discard them:',
      commands: [`npm run dlq -- show ${topic}`],
    },
  ]
  const { forged, unclear, example = '' } = notInStore
  if (forged + unclear === 0) return findings
  const mayHaveLost = redis?.nodes.some(({ mayHaveLostWrites }) => mayHaveLostWrites)
  const isLoss = forged === 0 && mayHaveLost === true
  const looks = isLoss
    ? 'This looks like lost writes: Redis was emptied, took over as a primary, or keeps no append-only file.'
    : mayHaveLost === false || forged > 0
      ? `This looks like a forger: somebody else writes to the topic.${mayHaveLost === false ? ' Redis shows no loss.' : ''}`
      : 'Redis does not answer, so a forger and lost writes cannot be told apart.'
  findings.push({
    cause: 'event-not-in-store',
    what: `${forged + unclear} events in ${topic} are in no store${forged > 0 ? `, ${forged} of them certainly forged` : ''}. ${looks} One says: ${quoted(example, 200)}`,
    fix: isLoss
      ? 'Compare the whole store with the log; what is lost, a reconcile restores:'
      : 'Find out who may write to the topic. A reconcile believes what is in the log, so only compare:',
    commands: ['npm run reconcile -- --check', ...(isLoss ? ['npm run reconcile'] : [])],
  })
  return findings
}
