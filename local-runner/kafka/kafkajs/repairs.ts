import { installCodecs } from './codecs.ts'
import { repairEmptyBatches } from './empty-batches.ts'
import { repairFetchResponses } from './fetch-response.ts'
import { keepHeaderOrder } from './header-order.ts'
import { repairIdleTimer } from './idle-timer.ts'
import { requireRepairedVersion } from './internals.ts'
import { repairTimes } from './monotonic-times.ts'
import { repairRecordSets } from './record-set.ts'
import { repairUnreadableBatches } from './unreadable-batches.ts'

let isRepaired = false

/** Repairs the kafkajs of this process, once. */
export function repairKafkajs(): void {
  if (isRepaired) return
  isRepaired = true
  requireRepairedVersion()
  repairIdleTimer()
  repairTimes()
  keepHeaderOrder()
  installCodecs()
  repairRecordSets()
  repairFetchResponses()
  repairEmptyBatches()
  repairUnreadableBatches()
}
