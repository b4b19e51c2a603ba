import { connect } from 'node:net'
import type { Kafka } from 'kafkajs'
import * as z from 'zod'
import { createCluster } from '../../kafka/kafkajs/cluster.ts'
import type { BrokerFact, ClusterFacts } from './facts.ts'

const metadata = z.object({ brokers: z.array(z.object({ host: z.string(), port: z.number() })) })
const LIMIT_MS = 2000

function reach(host: string, port: number): Promise<BrokerFact> {
  const address = `${host}:${port}`
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const finish = (error: string | undefined) => {
      socket.destroy()
      resolve({ address, error })
    }
    socket.setTimeout(LIMIT_MS, () => finish(`no answer in ${LIMIT_MS / 1000} s`))
    socket.on('error', (error) => finish(error.message))
    socket.on('connect', () => finish(undefined))
  })
}

/** Asks one bootstrap server for the cluster's brokers, then connects to each at its advertised address. */
export async function gatherCluster(kafka: Kafka, bootstrap: string): Promise<ClusterFacts> {
  const cluster = createCluster(kafka)
  try {
    await cluster.connect()
    await cluster.refreshMetadata()
    const { brokers } = metadata.parse(cluster.brokerPool.metadata)
    return {
      bootstrap,
      error: undefined,
      brokers: await Promise.all(brokers.map(({ host, port }) => reach(host, port))),
    }
  } catch (error) {
    return { bootstrap, error: error instanceof Error ? error.message : String(error), brokers: [] }
  } finally {
    await cluster.disconnect()
  }
}
