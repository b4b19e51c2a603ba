import { expect, test } from 'vitest'
import { nextPortOffset, startRunnerProcess } from './testing/runner-process.ts'
import { createShop } from './testing/shop.ts'
import { startTestStack } from './testing/test-stack.ts'
import { waitFor } from './testing/wait-for.ts'

test('row 6: an order accepted by a runner that is killed before Kafka has it is published, confirmed, told and counted after a restart', async () => {
  const stack = await startTestStack('4.3.1')
  const env = {
    KAFKA_BROKERS: stack.kafkaBrokers.join(),
    REDIS_URL: stack.redisUrl,
    PORT_OFFSET: String(nextPortOffset()),
  }
  const first = await startRunnerProcess(env)
  const orderId = 'crash-before-publish'
  // The order function connects to Kafka for its first order only, so while Kafka stands still not even a request of it waits there.
  stack.pauseKafka()
  const lost = createShop(first)
    .placeOrder({ orderId, customerId: 'c-1', lines: [{ sku: 'SKU-004', quantity: 3 }] })
    .catch(() => 'connection lost')
  await waitFor(
    () => createShop(first).order(orderId),
    ({ status }) => status === 'ACCEPTED',
  )
  await first.kill()
  expect(await lost).toBe('connection lost')
  stack.continueKafka()

  const second = await startRunnerProcess(env)
  const shop = createShop(second)
  try {
    await waitFor(
      () => shop.order(orderId),
      ({ status }) => status === 'CONFIRMED',
    )
    expect(await shop.stock('SKU-004')).toMatchObject({ reserved: 0, sold: 3 })
    await waitFor(
      () => shop.notifications(orderId),
      (items) => items.filter(({ status }) => status === 'SENT').length === 2,
    )
    await waitFor(shop.summary, ({ orders }) => orders.confirmed === 1)
    expect(await shop.summary()).toMatchObject({ orders: { placed: 1, confirmed: 1 }, units: 3 })
  } finally {
    await second.stop()
    await stack.stop()
  }
})
