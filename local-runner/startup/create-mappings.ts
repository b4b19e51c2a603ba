import type { SkippableMapping } from '../admin/skip-route.ts'
import { createEventSourceMapping } from '../event-source-mapping/event-source-mapping.ts'
import { mappingIdOf } from '../event-source-mapping/mapping-id.ts'
import type { MappingReport } from '../event-source-mapping/mapping-state.ts'
import type { KafkaTrigger } from '../event-source-mapping/parameters.ts'
import type { Health } from '../health/health.ts'
import type { RecordEvent } from '../journal/journal.ts'
import type { KafkaLogin } from '../kafka/kafka-login.ts'
import { functionArn } from '../lambda/environment-variables.ts'
import type { Invoke } from '../lambda/invocation.ts'
import type { ApiMapping } from '../lambda-api/api-function.ts'
import type { KeptChanges } from '../lambda-api/kept-changes.ts'
import type { FunctionDefinition } from '../manifest/function-definition.ts'
import { lastProcessingResult } from './last-processing-result.ts'
import { createSwitchableMapping, type SwitchableMapping } from './switchable-mapping.ts'

export interface MappingsDeps {
  readonly definition: FunctionDefinition
  readonly invoke: Invoke
  readonly kafkaBrokers: readonly string[]
  readonly kafkaLogin: KafkaLogin
  /** Absolute; holds the files that stand for SQS, SNS and S3. */
  readonly destinationsDirectory: string
  readonly record: RecordEvent
  readonly setCheck: Health['setCheck']
  readonly keptChanges: KeptChanges
}

export interface Mappings {
  /** Resolves when each has joined its group. */
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
  readonly reports: () => readonly MappingReport[]
  readonly skippable: readonly SkippableMapping[]
  readonly ofApi: readonly ApiMapping[]
}

/** A mapping as the Lambda API sees it: what a caller changes is kept. */
function toApiMapping(
  { setEnabled, switchState, state }: SwitchableMapping,
  { id, parameters, kept }: { id: string; parameters: KafkaTrigger; kept: KeptChanges['enabled'] },
): ApiMapping {
  return {
    id,
    parameters,
    state: switchState,
    lastProcessingResult: () => lastProcessingResult(state()),
    changedAtEpochMs: () => kept.of(id, parameters.enabled).changedAtEpochMs,
    setEnabled: async (enabled) => {
      setEnabled(enabled)
      await kept.set(id, parameters.enabled, enabled)
    },
  }
}

/** A function's event source mappings, each with a health check. */
export function createMappings(deps: MappingsDeps): Mappings {
  const { definition, invoke, kafkaBrokers, kafkaLogin, destinationsDirectory, record, setCheck } = deps
  const { name, triggers } = definition
  const kept = deps.keptChanges.enabled
  const mappings = triggers.kafka.map((parameters) => {
    const topic = parameters.topics.join()
    const id = mappingIdOf(name, parameters.consumerGroupId, topic)
    const create = (enabled: boolean) =>
      createEventSourceMapping({
        functionName: name,
        functionArn: functionArn(name),
        parameters: { ...parameters, enabled },
        kafkaBrokers,
        kafkaLogin,
        destinationsDirectory,
        invoke,
        record,
      })
    const mapping = createSwitchableMapping(create, kept.of(id, parameters.enabled).value)
    const what = `mapping ${parameters.consumerGroupId}`
    setCheck(what, () => {
      const { isReady, status, lag, lastError } = mapping.state()
      return {
        ok: isReady,
        detail: `${status}, lag ${lag}${lastError === undefined ? '' : `, last error: ${lastError}`}`,
      }
    })
    return { ...mapping, parameters, topic, id }
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
    ofApi: mappings.map((one) => toApiMapping(one, { ...one, kept })),
    skippable: mappings.map((one) => ({
      ...one,
      functionName: name,
      consumerGroupId: one.parameters.consumerGroupId,
    })),
  }
}
