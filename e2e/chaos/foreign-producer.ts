import {
  CODECS,
  type JavaClient,
  type JavaRecord,
} from '../../local-runner/testing/java-client/java-connection.ts'
import { placed } from '../../shared/testing/placed-event.ts'
import { HOSTILE_SHAPES, hostileRecord } from '../testing/hostile-records.ts'
import type { KafkaLog } from './evidence/kafka-log.ts'
import type { Random } from './random.ts'

const TOPIC = 'order-topic'
const MOST_COPIES = 20

export interface ForeignProducer {
  /** A record of each hostile shape, in one codec. */
  readonly sendHostile: (random: Random) => Promise<void>
  /** Two overlapping transactions: one repeats events, the other one, which is aborted, contains forged ones. */
  readonly sendTransactions: (random: Random) => Promise<void>
}

/** Writes to order-topic as somebody else's program does, with Kafka's own client. */
export function createForeignProducer(
  java: Pick<JavaClient, 'send' | 'createProducer'>,
  readRecords: KafkaLog['readRecords'],
): ForeignProducer {
  let forged = 0
  const forgedRecord = (): JavaRecord => {
    const orderId = `forged-${(forged += 1)}`
    return { key: orderId, value: JSON.stringify({ ...placed, orderId, eventId: `${orderId}:1` }) }
  }

  return {
    sendHostile: async (random) => {
      const records = HOSTILE_SHAPES.map((_, index) => hostileRecord(index))
      await java.send(
        TOPIC,
        records.map(({ key, value, headers }) => ({ key, value, headers: Object.entries(headers) })),
        random.pick(CODECS),
      )
    },

    sendTransactions: async (random) => {
      const chosen = (await readRecords()).filter(() => random.chance(0.2)).slice(0, MOST_COPIES)
      // The same ids each time: what a producer before left open is aborted.
      const kept = await java.createProducer({
        compression: random.pick(CODECS),
        transactionalId: 'chaos-kept',
      })
      const dropped = await java.createProducer({
        compression: random.pick(CODECS),
        transactionalId: 'chaos-dropped',
      })
      await kept.begin()
      await dropped.begin()
      await dropped.send(TOPIC, [forgedRecord()])
      await kept.send(TOPIC, chosen)
      await dropped.send(TOPIC, [forgedRecord(), ...chosen])
      if (random.chance(0.5)) {
        await kept.commit()
        await dropped.abort()
      } else {
        await dropped.abort()
        await kept.commit()
      }
      await Promise.all([kept.close(), dropped.close()])
    },
  }
}
