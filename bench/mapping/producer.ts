// Arguments: brokers, topic, number of records, records per second (Infinity: as fast as possible).
import { setTimeout as delay } from 'node:timers/promises'
import { Partitioners } from 'kafkajs'
import { createKafkaClient } from '../../local-runner/kafka/kafka-client.ts'
import { preciseNow } from './meter.ts'

const TICK_MS = 10
const MAX_CHUNK = 5000

const [brokers = '', topic = '', countText, rateText] = process.argv.slice(2)
const count = Number(countText)
const perTick = Math.min(MAX_CHUNK, Math.max(1, (Number(rateText) * TICK_MS) / 1000))

const kafka = createKafkaClient({ clientId: 'bench', brokers: brokers.split(','), record: () => undefined })
const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
await producer.connect()
const startedAt = performance.now()
const sends: Promise<unknown>[] = []
for (let sent = 0, tick = 0; sent < count; tick += 1) {
  const messages = Array.from({ length: Math.min(perTick, count - sent) }, (_, index) => ({
    key: `order-${sent + index}`,
    value: JSON.stringify({
      orderId: `order-${sent + index}`,
      quantity: 2,
      sku: 'SKU-001',
      sentAtMs: preciseNow(),
    }),
  }))
  sent += messages.length
  const send = producer.send({ topic, messages })
  if (perTick === MAX_CHUNK) await send
  else {
    sends.push(send)
    const dueMs = startedAt + (tick + 1) * TICK_MS - performance.now()
    if (dueMs > 0) await delay(dueMs)
  }
}
await Promise.all(sends)
await producer.disconnect()
