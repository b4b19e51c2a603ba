import type { MappingOrigin } from '../journal/mapping-events.ts'
import type { MappingDeps } from './mapping-deps.ts'
import type { KafkaTrigger } from './parameters.ts'
import { backoffMs } from './retry-policy.ts'

/** MappingDeps with every default filled in. */
export interface MappingSettings extends Required<MappingDeps> {
  readonly trigger: KafkaTrigger
  readonly topic: string
  readonly origin: MappingOrigin
  readonly windowMs: number
  /** Comma-separated. */
  readonly bootstrapServers: string
}

const DEFAULT_WINDOW_MS = 500
const SESSION_TIMEOUT_MS = 10_000
const METADATA_MAX_AGE_MS = 60_000
/** AWS evaluates the lag each minute in on-demand mode (kafka-scaling-modes); for provisioned mode it is not documented. */
const POLLERS_EVERY_MS = 60_000

function windowMsOf({ maximumBatchingWindowInSeconds: seconds }: KafkaTrigger): number {
  return seconds === undefined ? DEFAULT_WINDOW_MS : seconds * 1000
}

export function toMappingSettings(deps: MappingDeps): MappingSettings {
  const { functionName, parameters: trigger, kafkaBrokers, random = Math.random } = deps
  const { consumerGroupId } = trigger
  const [topic = ''] = trigger.topics
  return {
    kafkaLogin: {},
    now: Date.now,
    elapsedMs: () => performance.now(),
    random,
    retryDelayMs: (retry) => backoffMs(retry, random),
    sessionTimeoutMs: SESSION_TIMEOUT_MS,
    metadataMaxAgeMs: METADATA_MAX_AGE_MS,
    pollersEveryMs: POLLERS_EVERY_MS,
    ...deps,
    trigger,
    topic,
    origin: { functionName, consumerGroupId, topic },
    windowMs: windowMsOf(trigger),
    bootstrapServers: kafkaBrokers.join(','),
  }
}
