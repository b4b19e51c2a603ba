import type { MappingFacts } from './facts.ts'
import type { Finding } from './finding.ts'
import { fewOf, quoted, sinceText, timeText } from './texts.ts'

/** Committed reading ends at a transaction that is open, also before records that belong to none. */
export function diagnoseTransactions({ trigger, partitions = [], nowMs }: MappingFacts): readonly Finding[] {
  const [topic = ''] = trigger.topics
  const waiting = partitions.flatMap(({ partition, stable, high, open }) =>
    open === undefined ? [] : [{ partition, stable, records: high - stable, open }],
  )
  return [...Map.groupBy(waiting, ({ open }) => open.producerId).values()].flatMap((ofProducer) => {
    const oldest = ofProducer.toSorted((a, b) => a.open.sinceMs - b.open.sinceMs)[0]
    if (oldest === undefined) return []
    const { producerId, transactionalId, sinceMs, endsMs } = oldest.open
    const records = ofProducer.reduce((sum, one) => sum + one.records, 0)
    const where = fewOf(ofProducer.map(({ partition }) => `${topic}-${partition}`))
    const who = `producer id ${producerId}${transactionalId === undefined ? '' : `, transactional id ${quoted(transactionalId, 100)}`}`
    const what = `${records} records of ${where} wait behind an open transaction${sinceText(sinceMs, nowMs)}: ${who}`
    const ends = timeText(endsMs)
    if (ends !== undefined) {
      const fix = `Let that producer end it. Kafka aborts it at ${ends} (its transaction.timeout.ms).`
      return [{ cause: 'open-transaction', what, fix } as const]
    }
    return [
      {
        cause: 'open-transaction',
        what,
        fix: 'Its coordinator does not tell of it. If it stays longer than 15 minutes (transaction.max.timeout.ms), nobody will end it; with the tools of Kafka:',
        commands: ofProducer.map(
          ({ partition, stable }) =>
            `kafka-transactions.sh --bootstrap-server <broker> abort --topic ${topic} --partition ${partition} --start-offset ${stable}`,
        ),
      } as const,
    ]
  })
}
