import type { RecordDetail } from '../journal/mapping-events.ts'
import type { KafkaTrigger } from './parameters.ts'

export interface PollersDeps {
  readonly config: KafkaTrigger['provisionedPollerConfig']
  /** How many partitions the mapping owns. */
  readonly partitionCount: () => number
  readonly lag: () => number
  /** How often lag is looked at. */
  readonly evaluateEveryMs: number
  readonly record: RecordDetail
}

/** What runs the batches of the pollers. */
export interface PollersLoad {
  readonly batchesInFlight: () => number
  /** Called when the number of pollers has changed. */
  readonly onScaled: () => void
}

export interface Pollers {
  readonly count: () => number
  /** Batches that may be under way at once. */
  readonly maxConcurrency: () => number
  /** The function was throttled. */
  readonly onThrottled: () => void
  readonly start: (load: PollersLoad) => void
  readonly stop: () => void
}

/** kafka-scaling-modes. */
const INVOCATIONS_PER_POLLER = 5
/** On demand AWS does not say with how many it starts, nor how many there may be. */
const ON_DEMAND = { minimumPollers: 1, maximumPollers: Infinity }

/**
 * How many event pollers a mapping has: never more than partitions, twice as many after a look that finds all of them
 * busy and records waiting, half as many where nothing waits, between minimum and maximum (kafka-scaling-modes). They
 * share one consumer here, so a change of their number is no rebalance.
 */
export function createPollers(deps: PollersDeps): Pollers {
  const { config, partitionCount, lag, record } = deps
  const { minimumPollers, maximumPollers } = config ?? ON_DEMAND
  let pollers = minimumPollers
  let wasThrottled = false
  let timer: NodeJS.Timeout | undefined

  const maxConcurrency = () => INVOCATIONS_PER_POLLER * pollers
  const wanted = (batchesInFlight: number) => {
    // kafka-scaling-modes says so of on-demand mode alone.
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
