import type { RecordDetail } from '../journal/mapping-events.ts'
import type { KafkaTrigger } from './parameters.ts'

export interface PollersDeps {
  readonly config: KafkaTrigger['provisionedPollerConfig']
  /** Partitions that the mapping owns. */
  readonly partitionCount: () => number
  readonly lag: () => number
  readonly evaluateEveryMs: number
  readonly record: RecordDetail
}

/** The load that pollers are scaled by; known only once the batches run. */
export interface PollersLoad {
  readonly batchesInFlight: () => number
  /** Called when the number of pollers has changed. */
  readonly onScaled: () => void
}

export interface Pollers {
  readonly count: () => number
  /** Most batches in flight at once. */
  readonly maxConcurrency: () => number
  /** Call it when the function was throttled. */
  readonly onThrottled: () => void
  readonly start: (load: PollersLoad) => void
  readonly stop: () => void
}

/** kafka-scaling-modes. */
const INVOCATIONS_PER_POLLER = 5
/** AWS does not document the first or the highest number of on-demand mode. */
const ON_DEMAND = { minimumPollers: 1, maximumPollers: Infinity }

/**
 * The number of event pollers of a mapping. Each evaluation doubles it when all are busy and records wait, and halves it
 * when nothing waits, between minimum and maximum, never above the number of partitions (kafka-scaling-modes). Here the
 * pollers share one consumer, so scaling causes no rebalance.
 */
export function createPollers(deps: PollersDeps): Pollers {
  const { config, partitionCount, lag, record } = deps
  const { minimumPollers, maximumPollers } = config ?? ON_DEMAND
  let pollers = minimumPollers
  let wasThrottled = false
  let timer: NodeJS.Timeout | undefined

  const maxConcurrency = () => INVOCATIONS_PER_POLLER * pollers
  const wanted = (batchesInFlight: number) => {
    // Documented for on-demand mode only (kafka-scaling-modes).
    if (wasThrottled && config === undefined) return Math.floor(pollers / 2)
    if (lag() === 0) return Math.floor(pollers / 2)
    return batchesInFlight >= maxConcurrency() ? pollers * 2 : pollers
  }
  const evaluate = ({ batchesInFlight, onScaled }: PollersLoad) => {
    const most = Math.min(maximumPollers, Math.max(partitionCount(), minimumPollers))
    const next = Math.max(minimumPollers, Math.min(wanted(batchesInFlight()), most))
    wasThrottled = false
    if (next === pollers) return
    record({ name: 'pollers.scaled', from: pollers, to: next, lag: lag() })
    pollers = next
    onScaled()
  }

  return {
    count: () => pollers,
    maxConcurrency,
    onThrottled: () => {
      wasThrottled = true
    },
    start: (load) => {
      timer = setInterval(() => evaluate(load), deps.evaluateEveryMs)
    },
    stop: () => clearInterval(timer),
  }
}
