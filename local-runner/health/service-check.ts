import { connect } from 'node:net'
import { redisAddresses } from '../servers/redis-addresses.ts'
import type { CheckResult } from './health.ts'

const LIMIT_MS = 1_000
/** Limits the load of health requests on the servers. */
const CACHE_MS = 1_000

export interface ServiceCheckDeps {
  readonly host: string
  readonly port: number
  /** Sent after the connection; any answer counts. Absent: the connection is enough. */
  readonly question?: string
}

function ask({ host, port, question }: ServiceCheckDeps): Promise<CheckResult> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const finish = (result: CheckResult) => {
      socket.destroy()
      resolve(result)
    }
    const address = `${host}:${port}`
    socket.setTimeout(LIMIT_MS, () => finish({ ok: false, detail: `${address} does not answer` }))
    socket.on('error', (error) => finish({ ok: false, detail: `${address}: ${error.message}` }))
    socket.on('close', () => finish({ ok: false, detail: `${address} closed the connection` }))
    socket.on('data', () => finish({ ok: true, detail: address }))
    socket.on('connect', () => (question ? socket.write(question) : finish({ ok: true, detail: address })))
  })
}

/** Whether a server answers; checked at most once a second. */
export function createServiceCheck(deps: ServiceCheckDeps): () => Promise<CheckResult> {
  let cached: { readonly at: number; readonly result: Promise<CheckResult> } | undefined
  return () => {
    if (!cached || performance.now() - cached.at > CACHE_MS)
      cached = { at: performance.now(), result: ask(deps) }
    return cached.result
  }
}

/** A Redis that requires a password still answers PING, with an error. Over TLS only the connection is tried. */
export function createRedisCheck(redisUrl: string): () => Promise<CheckResult> {
  const { tls, nodes } = redisAddresses(redisUrl) ?? { tls: false, nodes: [] }
  return anyOf(nodes.map((node) => createServiceCheck(tls ? node : { ...node, question: 'PING\r\n' })))
}

/** Kafka is healthy while one of its brokers accepts a connection. */
export function createKafkaCheck(brokers: readonly string[]): () => Promise<CheckResult> {
  return anyOf(
    brokers.map((broker) => {
      const split = broker.lastIndexOf(':')
      return createServiceCheck({ host: broker.slice(0, split), port: Number(broker.slice(split + 1)) })
    }),
  )
}

function anyOf(checks: readonly (() => Promise<CheckResult>)[]): () => Promise<CheckResult> {
  return async () => {
    const results = await Promise.all(checks.map((check) => check()))
    return results.find(({ ok }) => ok) ?? results[0] ?? { ok: false, detail: 'no address is known' }
  }
}
