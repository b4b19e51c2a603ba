import type { Kafka } from 'kafkajs'
import { createDeadLetters } from '../../dead-letters/dead-letters.ts'
import { createLogReader } from '../../kafka/log-reader.ts'
import type { FunctionDefinition } from '../../manifest/function-definition.ts'
import { answered } from './answered.ts'
import type { RunnerReport } from './ask-runner.ts'
import { diagnoseDeadLetters } from './diagnose-dead-letters.ts'
import { diagnoseMapping } from './diagnose-mapping.ts'
import type { RedisFacts } from './facts.ts'
import type { Finding } from './finding.ts'
import { gatherDeadLetters } from './gather-dead-letters.ts'
import { gatherMapping } from './gather-mapping.ts'

export interface ExamineKafkaDeps {
  readonly kafka: Kafka
  readonly functions: readonly Pick<FunctionDefinition, 'name' | 'triggers'>[]
  /** Undefined when no runner answers. */
  readonly findLive: RunnerReport['findLive'] | undefined
  /** Undefined when it is not known where Redis is. */
  readonly redis: RedisFacts | undefined
  /** Whether dead letters of other functions are of interest too. */
  readonly isAll: boolean
  readonly report: (subject: string, findings: readonly Finding[]) => void
}

/** For all partitions of a topic, or all its letters. */
const LIMIT_MS = 20_000
const IS_DEAD_LETTER_TOPIC = /\.(dlq|failed)$/

/** Examines the mappings of the functions, then the dead letters. @returns what closes its connections */
export async function examineKafka(deps: ExamineKafkaDeps): Promise<() => Promise<void>> {
  const { kafka, functions, findLive, redis, isAll, report } = deps
  const admin = kafka.admin()
  const reader = createLogReader(kafka)
  const undecided = createLogReader(kafka, { isolation: 'read_uncommitted', maxBytes: 1 })
  const deadLetters = createDeadLetters(kafka)
  const now = () => Date.now()

  for (const { name, triggers } of functions) {
    for (const trigger of triggers.kafka) {
      const findings = await answered('Kafka', LIMIT_MS, async () => {
        await admin.connect()
        const live = findLive?.(name, trigger.consumerGroupId)
        const common = { kafka, admin, reader, undecided, now }
        return diagnoseMapping(await gatherMapping({ ...common, functionName: name, trigger, live }))
      })
      report(`${name}: ${trigger.topics.join()} by ${trigger.consumerGroupId}`, findings)
    }
  }

  const isOfInterest = (topic: string) =>
    IS_DEAD_LETTER_TOPIC.test(topic) &&
    (isAll || functions.some(({ name }) => topic.endsWith(`.${name}.dlq`)))
  let topics: readonly string[] = []
  const unlisted = await answered('Kafka', LIMIT_MS, async () => {
    await admin.connect()
    topics = (await admin.listTopics()).filter(isOfInterest).sort()
    return []
  })
  const findings: Finding[] = [...unlisted]
  for (const topic of topics) {
    findings.push(
      ...(await answered(topic, LIMIT_MS, async () =>
        diagnoseDeadLetters(await gatherDeadLetters(topic, deadLetters), redis, now()),
      )),
    )
  }
  report('Dead letters', findings)

  return async () => {
    await Promise.all([admin.disconnect(), reader.close(), undecided.close(), deadLetters.close()])
  }
}
