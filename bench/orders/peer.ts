import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Redis } from 'ioredis'
import { Kafka, logLevel, Partitioners } from 'kafkajs'

export interface Peer {
  readonly url: string
  readonly stop: () => Promise<void>
}

/** A separate topic, because the functions read `order-topic`. */
export const PEER_TOPIC = 'peer-topic'

const RESERVE = `#!lua
local available = tonumber(redis.call('GET', KEYS[1]) or '0')
if available < tonumber(ARGV[1]) then return 0 end
redis.call('DECRBY', KEYS[1], ARGV[1])
return 1`

/**
 * The hand-written comparison for the pipeline: one process, no functions, no runner. Each order takes four Redis steps
 * (duplicate key, stock, order, event) and one `send`. It loses orders when it is killed.
 */
export async function startPeer(kafkaBrokers: readonly string[], redisUrl: string): Promise<Peer> {
  const redis = new Redis(redisUrl)
  const kafka = new Kafka({ brokers: [...kafkaBrokers], logLevel: logLevel.NOTHING })
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  let orders = 0

  const place = async (body: string): Promise<number> => {
    const { lines } = JSON.parse(body) as { lines: { sku: string; quantity: number }[] }
    const orderId = `peer-${orders++}`
    await redis.set(`seen:${orderId}`, 1, 'NX')
    await redis.hmget('prices', ...lines.map(({ sku }) => sku))
    for (const { sku, quantity } of lines) {
      if ((await redis.eval(RESERVE, 1, `stock:${sku}`, quantity)) !== 1) return 409
    }
    await redis.set(`order:${orderId}`, body)
    await producer.send({ topic: PEER_TOPIC, acks: -1, messages: [{ key: orderId, value: body }] })
    return 201
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      place(Buffer.concat(chunks).toString()).then(
        (status) => response.writeHead(status, { 'content-type': 'application/json' }).end('{}'),
        () => response.writeHead(500).end(),
      )
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  for (let n = 1; n <= 20; n++) await redis.set(`stock:SKU-${String(n).padStart(3, '0')}`, 1e9)
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`,
    stop: async () => {
      server.close()
      server.closeAllConnections()
      await producer.disconnect()
      redis.disconnect()
    },
  }
}
