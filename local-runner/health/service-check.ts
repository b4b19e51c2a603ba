import { connect } from 'node:net'
import { redisAddresses } from '../servers/redis-addresses.ts'
import type { CheckResult } from './health.ts'

const LIMIT_MS = 1_000
/** Readers of the health page must not become load on the servers. */
const KEPT_MS = 1_000

export interface ServiceCheckDeps {
  readonly host: string
  readonly port: number
  /** Sent once connected; any answer will do. Absent: to connect is enough. */
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

/** Whether a server answers, asked at most once a second. */
export function createServiceCheck(deps: ServiceCheckDeps): () => Promise<CheckResult> {
  let kept: { readonly at: number; readonly result: Promise<CheckResult> } | undefined
  return () => {
    if (!kept || performance.now() - kept.at > KEPT_MS) kept = { at: performance.now(), result: ask(deps) }
    return kept.result
  }
}

/** A Redis answers PING even where it wants a password first; over TLS only the connection is tried. */
export function createRedisCheck(redisUrl: string): () => Promise<CheckResult> {
  const { tls, nodes } = redisAddresses(redisUrl) ?? { tls: false, nodes: [] }
  return anyOf(nodes.map((node) => createServiceCheck(tls ? node : { ...node, question: 'PING\r\n' })))
}

/** Kafka is well while one of its brokers takes a connection. */
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
