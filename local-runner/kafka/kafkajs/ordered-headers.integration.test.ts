import { randomUUID } from 'node:crypto'
import { expect, inject, onTestFinished, test } from 'vitest'
import { createKafkaClient } from '../kafka-client.ts'
import { createLogReader, readLog } from '../log-reader.ts'
import { headersInOrder } from './header-order.ts'
import { toOrderedHeaders } from './ordered-headers.ts'

test('headers reach the log in their order across names, bytes and all', async () => {
  const kafka = createKafkaClient({
    clientId: 'test',
    brokers: inject('kafkaBrokers'),
    record: () => undefined,
  })
  const topic = `headers-${randomUUID()}`
  const [admin, producer, reader] = [kafka.admin(), kafka.producer(), createLogReader(kafka)]
  await Promise.all([admin.connect(), producer.connect()])
  onTestFinished(async () => {
    await Promise.all([admin.disconnect(), producer.disconnect(), reader.close()])
  })
  await admin.createTopics({ topics: [{ topic }], waitForLeaders: true })

  const names = ['b', 'a', 'b', '__proto__', '7', 'é', 'a', '']
  const written = names.map((key, index) => ({ key, value: Buffer.from([index, 0xff]) }))
  const headers = toOrderedHeaders([...written, { key: 'none', value: null }])
  await producer.send({ topic, messages: [{ value: 'v', headers }] })

  for await (const message of readLog(reader, { topic, partition: 0, offset: 0n }, 1n)) {
    expect([...(headersInOrder(message.headers) ?? [])]).toEqual([
      ...written,
      { key: 'none', value: Buffer.alloc(0) },
    ])
  }
  expect.assertions(1)
})
