import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createNotifications } from '../functions/notification/notifications.ts'
import { MAX_CONNECTIONS } from '../functions/notification/smtp-connections.ts'
import type { KafkaBatchResponse } from '../shared/middleware/kafka-batch.ts'
import type { OrderEvent } from '../shared/orders/order-event.ts'
import { toRecord } from '../shared/orders/order-record.ts'
import { createRedis, type RedisConnection } from '../shared/redis/connection.ts'
import { mskEvent } from '../shared/testing/msk-event.ts'
import { placed } from '../shared/testing/placed-event.ts'
import { startTestStack, type TestStack } from './testing/test-stack.ts'
import { waitFor } from './testing/wait-for.ts'

const BATCH = 100
/** After so many mails the server answers no more. */
const ANSWERED = 30

const orderIds = Array.from({ length: BATCH }, (_, index) => `ord_${index}`)
const events: readonly OrderEvent[] = orderIds.map((orderId) => ({
  ...placed,
  orderId,
  eventId: `${orderId}:1`,
}))
const batch = mskEvent(events.map((event, offset) => ({ ...toRecord(event), offset, partition: offset % 3 })))

let stack: TestStack
let redis: RedisConnection
const taken: string[] = []
let unanswered = 0
let isAnswering = false

const mailServer = new SMTPServer({
  authOptional: true,
  disableReverseLookup: true,
  disabledCommands: ['STARTTLS'],
  onData: (stream, _session, callback) => {
    let text = ''
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
    stream.on('end', () => {
      taken.push(/order (ord_\d+)/.exec(text)?.[1] ?? 'unknown')
      if (isAnswering || taken.length <= ANSWERED) callback()
      else unanswered++
    })
  },
})
mailServer.on('error', () => undefined)

beforeAll(async () => {
  stack = await startTestStack('4.3.1')
  redis = createRedis(stack.redisUrl)
  mailServer.listen(0, '127.0.0.1')
  await once(mailServer.server, 'listening')
})
afterAll(async () => {
  redis.close()
  mailServer.close()
  await stack.stop()
})

/** The deployed bundle in a process of its own, which handles the batch at each message. */
function startFunction(): ChildProcess {
  const bundle = join(import.meta.dirname, '..', 'dist', 'notification', 'index.cjs')
  const script = `
    const { handler } = require(${JSON.stringify(bundle)})
    const end = performance.now() + 30000
    const context = { getRemainingTimeInMillis: () => end - performance.now() }
    process.on('message', (event) => handler(event, context).then((answer) => process.send(answer)))`
  return fork('-e', [script], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: {
      REDIS_URL: stack.redisUrl,
      KAFKA_BROKERS: stack.kafkaBrokers.join(),
      SMTP_URL: `smtp://127.0.0.1:${(mailServer.server.address() as AddressInfo).port}`,
    },
  })
}

async function invoke(child: ChildProcess): Promise<KafkaBatchResponse> {
  child.send(batch)
  const [answer] = (await once(child, 'message')) as [KafkaBatchResponse]
  return answer
}

test('row 19: a kill amid a batch of 100 leaves at most one mail for each connection in doubt, and sends none twice', async () => {
  const killed = startFunction()
  killed.send(batch)
  await waitFor(
    async () => unanswered,
    (count) => count === MAX_CONNECTIONS,
  )
  killed.kill('SIGKILL')
  await once(killed, 'exit')

  isAnswering = true
  const next = startFunction()
  // Until the leases of the dead process are over.
  await waitFor(
    () => invoke(next),
    ({ batchItemFailures }) => batchItemFailures.length === 0,
  )
  next.kill()
  const { ofOrder } = createNotifications(redis)
  const found = (await Promise.all(orderIds.map((orderId) => ofOrder(orderId, 2)))).flat()
  const states = Map.groupBy(found, ({ status }) => status)
  expect(states.get('INDETERMINATE')).toHaveLength(MAX_CONNECTIONS)
  expect(states.get('SENT')).toHaveLength(BATCH - MAX_CONNECTIONS)
  expect(taken.toSorted()).toEqual(orderIds.toSorted())
})
