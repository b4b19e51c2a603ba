import type { ClusterFacts, MappingFacts } from './facts.ts'

export type Cause =
  | 'kafka-unreachable'
  | 'listener-unreachable'
  | 'disabled'
  | 'no-topic'
  | 'not-running'
  | 'not-joined'
  | 'group-elsewhere'
  | 'poison'
  | 'window'
  | 'all-filtered'
  | 'no-records'
  | 'latest'
  | 'behind'

export interface Finding {
  readonly cause: Cause
  /** What was seen. */
  readonly what: string
  readonly fix: string
}

export function diagnoseCluster({ bootstrap, error, brokers }: ClusterFacts): readonly Finding[] {
  if (error !== undefined) {
    return [
      {
        cause: 'kafka-unreachable',
        what: `Kafka does not answer at ${bootstrap}: ${error}`,
        fix: 'Start it (npm start does), or set KAFKA_BROKERS to where it is; KAFKA_SSL and KAFKA_SASL_… if it requires TLS or a login.',
      },
    ]
  }
  return brokers.flatMap((broker) =>
    broker.error === undefined
      ? []
      : [
          {
            cause: 'listener-unreachable' as const,
            what: `${bootstrap} answers, but the broker advertises ${broker.address}, which does not answer: ${broker.error}`,
            fix: "Set the broker's advertised.listeners to an address that is reachable from here (in Docker: one listener for containers, one for localhost).",
          },
        ],
  )
}

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

function diagnoseRunning(facts: MappingFacts): Finding | undefined {
  const { trigger, live, partitions = [], functionName } = facts
  const [topic = ''] = trigger.topics
  const group = trigger.consumerGroupId
  const others = elsewhere(facts)
  if (others.length > 0) {
    const who = others.map(
      ({ clientId, host, partitions: held }) =>
        `${clientId} on ${host} (partitions ${held.join(', ') || 'none'})`,
    )
    return {
      cause: 'group-elsewhere',
      what: `Other members of the group ${group} have its partitions: ${who.join('; ')}`,
      fix: isRunnerGone(facts, others)
        ? 'npm start. A runner ended without leaving the group: its partitions are free after 10 s. If it still runs, stop it first.'
        : `Stop them, or give this mapping a consumerGroupId of its own in functions/${functionName}/function.json.`,
    }
  }
  if (live === undefined) {
    return { cause: 'not-running', what: 'No runner is running, so nothing polls', fix: 'npm start' }
  }
  if (live.status !== 'polling') {
    const why = live.lastError === undefined ? '' : `: ${live.lastError}`
    return {
      cause: 'not-joined',
      what: `The mapping is ${live.status}${why}`,
      fix: 'It retries by itself; if that does not help, read the [mapping] lines in the log of the runner.',
    }
  }
  const stuck = live.partitions.find(({ lastFailure }) => lastFailure !== undefined)
  if (stuck?.lastFailure !== undefined) {
    const { offset, retries, reason } = stuck.lastFailure
    return {
      cause: 'poison',
      what: `${topic}-${stuck.partition} is blocked at offset ${offset}, retry ${retries}: ${reason}`,
      fix: 'Fix the function; or set maximumRetryAttempts, bisectBatchOnFunctionError and destinationConfig, so that a record that always fails goes to the destination.',
    }
  }
  const waiting = live.partitions.find(({ windowLeftMs = 0 }) => windowLeftMs > 0)
  if (waiting?.windowLeftMs !== undefined) {
    return {
      cause: 'window',
      what: `${waiting.buffered} records of ${topic}-${waiting.partition} wait another ${Math.ceil(waiting.windowLeftMs / 1000)} s for the batching window`,
      fix: 'Wait, or lower maximumBatchingWindowInSeconds or batchSize.',
    }
  }
  const lag = partitions.reduce(
    (sum, { high, committed }) => sum + Math.max(0, high - (committed ?? high)),
    0,
  )
  return lag === 0
    ? undefined
    : {
        cause: 'behind',
        what: `${lag} records are on their way to the function`,
        fix: 'Wait: it is being invoked.',
      }
}

function diagnoseRecords({ trigger, partitions = [], sample, live }: MappingFacts): Finding | undefined {
  const [topic = ''] = trigger.topics
  const inLog = partitions.reduce((sum, { low, high }) => sum + high - low, 0)
  if (inLog === 0) {
    return { cause: 'no-records', what: `${topic} has no records`, fix: `Write one to ${topic}.` }
  }
  const isLiveFiltered =
    live !== undefined && live.recordsFetched > 0 && live.recordsFetched === live.recordsFiltered
  const isSampleFiltered = sample !== undefined && sample.passed === 0 && sample.read > 0
  if (isSampleFiltered || (isLiveFiltered && (sample?.passed ?? 0) === 0)) {
    return {
      cause: 'all-filtered',
      what: isSampleFiltered
        ? `None of the newest ${sample.read} records passes filterCriteria`
        : `None of the ${live?.recordsFetched} records fetched passes filterCriteria`,
      fix: 'Compare a record with the patterns: only its value is matched, and 300 does not match 300.0.',
    }
  }
  const isAtEnd = partitions.every(({ high, committed }) => committed === undefined || committed >= high)
  if (trigger.startingPosition === 'LATEST' && isAtEnd && (live?.recordsFetched ?? 0) === 0) {
    return {
      cause: 'latest',
      what: `${topic} has ${inLog} records, all older than the group: it began at LATEST`,
      fix: 'Write a new one; or set startingPosition to TRIM_HORIZON together with a new consumerGroupId, because a group with offsets ignores the starting position.',
    }
  }
  return undefined
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
    const known = topics.filter((name) => !name.startsWith('__')).join(', ') || 'none'
    return [
      {
        cause: 'no-topic',
        what: `There is no topic "${topic}". Topics: ${known}`,
        fix: 'Add it to functions/topics.json and start again, or correct the name in function.json.',
      },
    ]
  }
  return [diagnoseRunning(facts), diagnoseRecords(facts)].filter((finding) => finding !== undefined)
}
