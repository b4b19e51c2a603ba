import { Agent, request } from 'node:http'

export interface Load {
  readonly url: string
  readonly connections: number
  readonly seconds: number
  /** The body of the n-th request. */
  readonly body: (n: number) => string
}

export interface LoadResult {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Number of answers by status. */
  readonly statuses: Readonly<Record<string, number>>
}

/** Posts JSON over `connections`, each sending its next request after the last answer. */
export async function runLoad({ url, connections, seconds, body }: Load): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const latencies: number[] = []
  const statuses = new Map<string, number>()
  let n = 0
  const post = () =>
    new Promise<void>((resolve, reject) => {
      const startedAt = performance.now()
      const headers = { 'content-type': 'application/json' }
      request(url, { agent, method: 'POST', headers }, (response) => {
        const status = String(response.statusCode)
        response.resume().on('end', () => {
          latencies.push(performance.now() - startedAt)
          statuses.set(status, (statuses.get(status) ?? 0) + 1)
          resolve()
        })
      })
        .on('error', reject)
        .end(body(n++))
    })
  const startedAt = performance.now()
  const connection = async () => {
    while (performance.now() - startedAt < seconds * 1000) await post()
  }
  await Promise.all(Array.from({ length: connections }, connection))
  const elapsedSeconds = (performance.now() - startedAt) / 1000
  agent.destroy()
  const sorted = latencies.sort((one, other) => one - other)
  const percentile = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
  return {
    perSecond: sorted.length / elapsedSeconds,
    p50Ms: percentile(0.5),
    p99Ms: percentile(0.99),
    statuses: Object.fromEntries(statuses),
  }
}
