import { createServer } from 'node:net'
import { expect, inject, onTestFinished, test } from 'vitest'
import { createKafkaCheck, createRedisCheck, createServiceCheck } from './service-check.ts'

test('servers that answer are well', async () => {
  expect(await createRedisCheck(inject('redisUrl'))()).toMatchObject({ ok: true })
  expect(await createKafkaCheck(inject('kafkaBrokers'))()).toMatchObject({ ok: true })
})

test('Kafka is well while one of its brokers is', async () => {
  expect(await createKafkaCheck(['127.0.0.1:1', ...inject('kafkaBrokers')])()).toMatchObject({ ok: true })
  expect(await createKafkaCheck(['127.0.0.1:1'])()).toEqual({
    ok: false,
    detail: expect.stringContaining('127.0.0.1:1') as unknown,
  })
})

test('a server that takes the connection and says nothing is not well', async () => {
  const silent = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void silent.close())
  await expect.poll(() => silent.listening).toBe(true)
  const address = silent.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const check = createServiceCheck({ host: '127.0.0.1', port, question: 'PING\r\n' })
  expect(await check()).toEqual({ ok: false, detail: `127.0.0.1:${port} does not answer` })
})
