import * as z from 'zod'
import { nextPortOffset, startRunnerProcess } from '../e2e/testing/runner-process.ts'
import { startTestStack } from '../e2e/testing/test-stack.ts'
import { waitFor } from '../e2e/testing/wait-for.ts'
import { ensureTopics } from '../local-runner/servers/topics.ts'
import { type LoadResult, runLoad } from './load.ts'
import { descendantsCpuMs } from './orders/descendants-cpu.ts'
import { PEER_TOPIC, startPeer } from './orders/peer.ts'

const CONNECTIONS = [1, 10, 50]
const WARM_UP_SECONDS = 4
const SECONDS = 6

const body = (n: number) =>
  JSON.stringify({ customerId: `c-${n % 100}`, lines: [{ sku: `SKU-0${10 + (n % 8)}`, quantity: 1 }] })

interface Measured extends LoadResult {
  /** Of all descendants of this process: the runner, Kafka, Redis. */
  readonly cpuMsPerOrder: number
}

/** @param settled resolves when all work that the load has caused is done */
async function measure(url: string, settled: () => Promise<unknown>): Promise<readonly Measured[]> {
  await runLoad({ url, connections: 10, seconds: WARM_UP_SECONDS, body })
  await settled()
  const results: Measured[] = []
  for (const connections of CONNECTIONS) {
    const before = descendantsCpuMs()
    const load = await runLoad({ url, connections, seconds: SECONDS, body })
    await settled()
    const orders = Object.values(load.statuses).reduce((sum, count) => sum + count, 0)
    results.push({ ...load, cpuMsPerOrder: (descendantsCpuMs() - before) / orders })
  }
  return results
}

const mappings = z.object({ items: z.array(z.object({ lag: z.number() })) })

/** Waits until no mapping has a lag, so that the consumers' work counts too. */
const waitUntilHandled = (adminUrl: string) =>
  waitFor(
    async () => mappings.parse(await (await fetch(`${adminUrl}/api/mappings`)).json()),
    (answer) => answer.items.every(({ lag }) => lag === 0),
    120_000,
  )

/**
 * Orders per second through the whole pipeline with its consumers, and through a minimal hand-written process, one after
 * the other on the same Kafka and Redis. CPU time (only on Linux) is of the pipeline and its servers, consumers included;
 * of all the numbers it depends least on the load of the machine.
 */
export async function benchOrders(print: (line: string) => void): Promise<void> {
  const stack = await startTestStack('4.3.1')
  try {
    await ensureTopics(
      stack.kafkaBrokers,
      [{ name: PEER_TOPIC, numPartitions: 12, configEntries: {} }],
      print,
    )
    const peer = await startPeer(stack.kafkaBrokers, `${stack.redisUrl}/1`)
    const least = await measure(peer.url, async () => undefined).finally(() => peer.stop())
    const runner = await startRunnerProcess({
      KAFKA_BROKERS: stack.kafkaBrokers.join(),
      REDIS_URL: stack.redisUrl,
      PORT_OFFSET: String(nextPortOffset()),
    })
    const pipeline = await measure(`${runner.url(8081)}/orders`, () =>
      waitUntilHandled(runner.url(8080)),
    ).finally(() => runner.stop())

    print('connections   pipeline/s    p50 ms    p99 ms   hand-written/s   ratio   CPU ms/order')
    for (const [index, connections] of CONNECTIONS.entries()) {
      const ours = pipeline[index]
      const theirs = least[index]
      if (!ours || !theirs) continue
      const columns = [
        ours.perSecond.toFixed(0).padStart(13),
        ours.p50Ms.toFixed(1).padStart(10),
        ours.p99Ms.toFixed(1).padStart(10),
        theirs.perSecond.toFixed(0).padStart(17),
        (ours.perSecond / theirs.perSecond).toFixed(2).padStart(8),
        ours.cpuMsPerOrder.toFixed(1).padStart(15),
      ]
      print(`${String(connections).padStart(11)}${columns.join('')}   ${JSON.stringify(ours.statuses)}`)
    }
  } finally {
    await stack.stop()
  }
}
