import type { SkippableMapping } from '../admin/skip-route.ts'
import { createEventSourceMapping } from '../event-source-mapping/event-source-mapping.ts'
import { mappingIdOf } from '../event-source-mapping/mapping-id.ts'
import type { MappingReport } from '../event-source-mapping/mapping-state.ts'
import type { Health } from '../health/health.ts'
import type { RecordEvent } from '../journal/journal.ts'
import type { KafkaLogin } from '../kafka/kafka-login.ts'
import { functionArn } from '../lambda/environment-variables.ts'
import type { Invoke } from '../lambda/invocation.ts'
import type { FunctionDefinition } from '../manifest/function-definition.ts'

export interface MappingsDeps {
  readonly definition: FunctionDefinition
  readonly invoke: Invoke
  readonly kafkaBrokers: readonly string[]
  readonly kafkaLogin: KafkaLogin
  /** Absolute; holds the files that stand for SQS, SNS and S3. */
  readonly destinationsDirectory: string
  readonly record: RecordEvent
  readonly setCheck: Health['setCheck']
}

export interface Mappings {
  /** Resolves when each has joined its group. */
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
  readonly reports: () => readonly MappingReport[]
  readonly skippable: readonly SkippableMapping[]
}

/** A function's event source mappings, each with a health check. */
export function createMappings(deps: MappingsDeps): Mappings {
  const { definition, invoke, kafkaBrokers, kafkaLogin, destinationsDirectory, record, setCheck } = deps
  const { name, triggers } = definition
  const mappings = triggers.kafka.map((parameters) => {
    const mapping = createEventSourceMapping({
      functionName: name,
      functionArn: functionArn(name),
      parameters,
      kafkaBrokers,
      kafkaLogin,
      destinationsDirectory,
      invoke,
      record,
    })
    const what = `mapping ${parameters.consumerGroupId}`
    setCheck(what, () => {
      const { isReady, status, lag, lastError } = mapping.state()
      return {
        ok: isReady,
        detail: `${status}, lag ${lag}${lastError === undefined ? '' : `, last error: ${lastError}`}`,
      }
    })
    const topic = parameters.topics.join()
    return { ...mapping, parameters, topic, id: mappingIdOf(name, parameters.consumerGroupId, topic) }
  })
  return {
    start: async () => {
      await Promise.all(mappings.map(({ start }) => start()))
    },
    stop: async () => {
      await Promise.all(mappings.map(({ stop }) => stop()))
    },
    reports: () =>
      mappings.map(({ parameters, state, id, topic }) => ({
        id,
        functionName: name,
        topic,
        consumerGroupId: parameters.consumerGroupId,
        metricGroups: parameters.metricsConfig?.metrics ?? [],
        ...state(),
      })),
    skippable: mappings.map((one) => ({
      ...one,
      functionName: name,
      consumerGroupId: one.parameters.consumerGroupId,
    })),
  }
}
