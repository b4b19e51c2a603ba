import type { LiveFailure, MappingFacts } from './facts.ts'
import type { Finding } from './finding.ts'
import { durationText, quoted } from './texts.ts'

const MAX_SHOWN = 3

/** What blocks each partition, of the first few. */
export function diagnoseFailures(facts: MappingFacts): readonly Finding[] {
  const failing = (facts.live?.partitions ?? []).flatMap(({ partition, lastFailure }) =>
    lastFailure === undefined ? [] : [{ partition, failure: lastFailure }],
  )
  const shown = failing
    .slice(0, MAX_SHOWN)
    .map(({ partition, failure }) => toFinding(partition, failure, facts))
  const [first] = shown
  const more = failing.length - shown.length
  if (first === undefined || more === 0) return shown
  const rest = { cause: first.cause, what: `${more} more partitions are blocked`, fix: 'Fix these first.' }
  return [...shown, rest]
}

function toFinding(partition: number, failure: LiveFailure, facts: MappingFacts): Finding {
  const [topic = ''] = facts.trigger.topics
  const name = `${topic}-${partition}`
  const reason = quoted(failure.reason)
  const forText = `for ${durationText(failure.forMs)}`
  switch (failure.kind) {
    case 'function':
      return toPoison(name, failure, facts)
    case 'destination': {
      const destination = facts.trigger.destinationConfig?.onFailure.destination ?? 'The destination'
      return {
        cause: 'destination',
        what: `${destination} does not take a record of ${name}, offset ${failure.offset}, ${forText}, after ${failure.retries} tries: ${reason}`,
        fix: `${destinationFix(destination, reason)} It is tried again until then, because the record is lost otherwise.`,
      }
    }
    case 'throttled':
      return {
        cause: 'partition-failure',
        what: `A batch of ${name} does not reach the function, ${forText}: ${reason}`,
        fix: `It is tried again by itself. If it lasts, the function is busy: raise maxConcurrency or reservedConcurrency in functions/${facts.functionName}/function.json.`,
      }
    case 'schema-registry':
      return {
        cause: 'partition-failure',
        what: `The schema registry does not give the schema of the next records of ${name}, ${forText}: ${reason}`,
        fix: 'Start it, or correct schemaRegistryConfig in function.json. It is tried again by itself.',
      }
    case 'unreadable':
      return toUnreadable(name, failure.offset, `, ${forText}: ${reason}`, facts)
    case 'offsets':
      return {
        cause: 'partition-failure',
        what: `It is unknown where to begin in ${name}, ${forText}: Kafka does not give the group's offsets: ${reason}`,
        fix: `It is tried again by itself. With a login, it needs READ on the group ${facts.trigger.consumerGroupId} and on ${topic}.`,
      }
    case 'commit':
      return {
        cause: 'partition-failure',
        what: `Kafka does not take the group's offset of ${name}, ${forText}: ${reason}`,
        fix: `The records are invoked, but again after a restart. It is tried again by itself. With a login, it needs READ on the group ${facts.trigger.consumerGroupId}.`,
      }
    default:
      return {
        cause: 'partition-failure',
        what: `The runner itself failed with ${name} at offset ${failure.offset}, ${forText}: ${reason}`,
        fix: 'Stop the runner and start it again (npm start): the partition is blocked until then.',
      }
  }
}

/** What the doctor itself cannot read, where no runner tells of it. */
export function diagnoseUnreadable(facts: MappingFacts): readonly Finding[] {
  const [topic = ''] = facts.trigger.topics
  const isTold = (partition: number) =>
    facts.live?.partitions.some((one) => one.partition === partition && one.lastFailure !== undefined) ===
    true
  return (facts.partitions ?? [])
    .flatMap(({ partition, low, committed, unreadable }) =>
      unreadable === undefined || isTold(partition)
        ? []
        : [toUnreadable(`${topic}-${partition}`, committed ?? low, `: ${quoted(unreadable)}`, facts)],
    )
    .slice(0, MAX_SHOWN)
}

function toUnreadable(name: string, offset: number, why: string, { trigger }: MappingFacts): Finding {
  const [topic = ''] = trigger.topics
  return {
    cause: 'unreadable',
    what: `${name} cannot be read from offset ${offset} on${why}`,
    fix: 'See what its producer writes (compression.type and the version of its client). The partition waits; what can never be read is passed over:',
    commands: [skipCommand(topic, name, offset, trigger.consumerGroupId)],
  }
}

const skipCommand = (topic: string, name: string, offset: number, group: string) =>
  `npm run dlq -- skip ${topic} ${name.slice(topic.length + 1)} ${offset} --group ${group}`

function toPoison(
  name: string,
  failure: LiveFailure,
  { trigger, functionName, topics }: MappingFacts,
): Finding {
  const [topic = ''] = trigger.topics
  const { offset, forMs, invocations, reason, loggedError = '' } = failure
  const deadLetterTopic = `${topic}.${functionName}.dlq`
  // A function that cannot write its dead letter reports the record as failed.
  const isTopicMissing = /kafka/i.test(loggedError) && !topics.includes(deadLetterTopic)
  const parts = [
    `${name} is blocked at offset ${offset} for ${durationText(forMs)}, after ${invocations} invocations: ${quoted(reason)}`,
    ...(loggedError === '' ? [] : [`Its log: ${quoted(loggedError)}`]),
    ...(isTopicMissing ? [`There is no topic ${deadLetterTopic}, in case that is what it writes to`] : []),
  ]
  return {
    cause: 'poison',
    what: parts.map((part) => part.replace(/\.$/, '')).join('. '),
    fix: isTopicMissing
      ? `Add ${deadLetterTopic} to functions/topics.json or the function's topics.json and start again.`
      : 'Fix the function and save: the record is tried again, at the latest after 10 s. If no fix can help this record, pass over it; a copy becomes a dead letter:',
    commands: isTopicMissing ? [] : [skipCommand(topic, name, offset, trigger.consumerGroupId)],
  }
}

function destinationFix(destination: string, reason: string): string {
  const topic = destination.replace(/^kafka:\/\//, '')
  if (/does not host|UNKNOWN_TOPIC/i.test(reason))
    return `Create the topic ${topic}: add it to functions/topics.json and start again.`
  if (/larger|TOO_LARGE/i.test(reason)) return `Raise max.message.bytes of the topic ${topic}.`
  if (/authori[sz]|SASL|AUTHENTICATION/i.test(reason))
    return `Let the login of KAFKA_SASL_… write to the topic ${topic}.`
  if (/ENOSPC/.test(reason)) return 'Free space on the disk of the runner.'
  return `Make ${topic} writable, or name another destination in destinationConfig.`
}
