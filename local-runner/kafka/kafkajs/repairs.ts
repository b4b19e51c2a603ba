import { installCodecs } from './codecs.ts'
import { repairFetchResponses } from './fetch-response.ts'
import { keepHeaderOrder } from './header-order.ts'
import { repairIdleTimer } from './idle-timer.ts'
import { requireRepairedVersion } from './internals.ts'
import { repairRecordSets } from './record-set.ts'

let isRepaired = false

/** Repairs the kafkajs of this process, once. */
export function repairKafkajs(): void {
  if (isRepaired) return
  isRepaired = true
  requireRepairedVersion()
  repairIdleTimer()
  keepHeaderOrder()
  installCodecs()
  repairRecordSets()
  repairFetchResponses()
}
