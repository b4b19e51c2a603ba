import { expect, test } from 'vitest'
import type { KafkaClientEvent } from '../journal/events.ts'
import { createKafkaClient } from './kafka-client.ts'

test('what kafkajs logs as an error is recorded as one', async () => {
  const events: KafkaClientEvent[] = []
  const kafka = createKafkaClient({
    clientId: 'test',
    // Nothing listens there.
    brokers: ['127.0.0.1:1'],
    retries: 0,
    record: (event) => void events.push(event),
  })
  await expect(kafka.admin().connect()).rejects.toThrow('Connection error')
  expect(events).toContainEqual({
    name: 'kafka.client',
    level: 'error',
    namespace: 'Connection',
    message: expect.stringContaining('ECONNREFUSED') as unknown,
  })
})
