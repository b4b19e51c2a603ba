import type { ClusterFacts } from './facts.ts'
import type { Finding } from './finding.ts'

export function diagnoseCluster({ bootstrap, error, brokers }: ClusterFacts): readonly Finding[] {
  if (error !== undefined) {
    return [
      {
        cause: 'kafka-unreachable',
        what: `Kafka does not answer at ${bootstrap}: ${error}`,
        fix: 'Start it (npm start does), or set KAFKA_BROKERS to where it is; KAFKA_SSL and KAFKA_SASL_… if it requires TLS or a login.',
      },
    ]
  }
  return brokers.flatMap((broker) =>
    broker.error === undefined
      ? []
      : [
          {
            cause: 'listener-unreachable' as const,
            what: `${bootstrap} answers, but the broker advertises ${broker.address}, which does not answer: ${broker.error}`,
            fix: "Set the broker's advertised.listeners to an address that is reachable from here (in Docker: one listener for containers, one for localhost).",
          },
        ],
  )
}
