import { diagnoseFailures, diagnoseUnreadable } from './diagnose-failure.ts'
import { diagnoseRecords } from './diagnose-records.ts'
import { diagnoseTransactions } from './diagnose-transactions.ts'
import type { MappingFacts } from './facts.ts'
import type { Finding } from './finding.ts'
import { fewOf, quoted } from './texts.ts'

const clientIdOf = (functionName: string) => `event-source-mapping-${functionName}`

function elsewhere({ functionName, members, live }: MappingFacts) {
  const own = clientIdOf(functionName)
  let isOwnSeen = live?.status !== 'polling'
  return members.filter(({ clientId }) => {
    if (clientId !== own || isOwnSeen) return true
    isOwnSeen = true
    return false
  })
}

/** A killed runner stays a member until its session times out. */
const isRunnerGone = ({ functionName, live }: MappingFacts, others: MappingFacts['members']) =>
  live === undefined && others.every(({ clientId }) => clientIdOf(functionName) === clientId)

function diagnoseMembers(facts: MappingFacts): readonly Finding[] {
  const { trigger, functionName } = facts
  const others = elsewhere(facts)
  if (others.length === 0) return []
  const who = others.map(
    ({ clientId, host, partitions: held }) =>
      `${quoted(clientId, 100)} on ${quoted(host, 100)} (partitions ${fewOf(held.map(String), ', ', 20) || 'none'})`,
  )
  return [
    {
      cause: 'group-elsewhere',
      what: `Other members of the group ${trigger.consumerGroupId} have its partitions, whose records do not come here: ${fewOf(who, '; ')}`,
      fix: isRunnerGone(facts, others)
        ? 'npm start. A runner ended without leaving the group: its partitions are free after 10 s. If it still runs, stop it first.'
        : `Stop them, or give this mapping a consumerGroupId of its own in functions/${functionName}/function.json.`,
    },
  ]
}

function diagnoseRunning(facts: MappingFacts): readonly Finding[] {
  const { trigger, live, partitions = [] } = facts
  const [topic = ''] = trigger.topics
  const members = diagnoseMembers(facts)
  if (live === undefined) {
    const notRunning = {
      cause: 'not-running',
      what: 'No runner is running, so nothing polls',
      fix: 'npm start',
    } as const
    return members.length > 0 ? members : [notRunning]
  }
  if (live.status !== 'polling') {
    const why = live.lastError === undefined ? '' : `: ${quoted(live.lastError)}`
    return [
      ...members,
      {
        cause: 'not-joined',
        what: `The mapping is ${live.status}${why}`,
        fix: 'It retries by itself; if that does not help, read the [mapping] lines in the log of the runner.',
      },
    ]
  }
  const failures = diagnoseFailures(facts)
  if (members.length + failures.length > 0) return [...members, ...failures]
  const waiting = live.partitions.find(({ windowLeftMs = 0 }) => windowLeftMs > 0)
  if (waiting?.windowLeftMs !== undefined) {
    return [
      {
        cause: 'window',
        what: `${waiting.buffered} records of ${topic}-${waiting.partition} wait another ${Math.ceil(waiting.windowLeftMs / 1000)} s for the batching window`,
        fix: 'Wait, or lower maximumBatchingWindowInSeconds or batchSize.',
      },
    ]
  }
  const lag = partitions.reduce(
    (sum, { low, stable, committed, hasUnread }) => sum + (hasUnread ? stable - (committed ?? low) : 0),
    0,
  )
  if (lag <= 0 || partitions.some(({ unreadable }) => unreadable !== undefined)) return []
  return [
    {
      cause: 'behind',
      what: `${lag} records are on their way to the function`,
      fix: 'Wait: it is being invoked.',
    },
  ]
}

/** Why this mapping does not invoke its function; empty when there is no cause. */
export function diagnoseMapping(facts: MappingFacts): readonly Finding[] {
  const { trigger, functionName, partitions, topics } = facts
  const [topic = ''] = trigger.topics
  if (!trigger.enabled) {
    return [
      {
        cause: 'disabled',
        what: 'The mapping is disabled',
        fix: `Remove "enabled": false from functions/${functionName}/function.json.`,
      },
    ]
  }
  if (partitions === undefined) {
    const known = fewOf(
      topics.filter((name) => !name.startsWith('__')),
      ', ',
      20,
    )
    return [
      {
        cause: 'no-topic',
        what: `There is no topic "${topic}". Topics: ${known || 'none'}`,
        fix: 'Add it to functions/topics.json and start again, or correct the name in function.json.',
      },
    ]
  }
  return [
    ...diagnoseRunning(facts),
    ...diagnoseUnreadable(facts),
    ...diagnoseTransactions(facts),
    ...diagnoseRecords(facts),
  ]
}
