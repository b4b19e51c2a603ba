import type { KafkaTrigger } from '../../event-source-mapping/parameters.ts'

export interface BrokerFact {
  /** The advertised `host:port`. */
  readonly address: string
  /** Why it cannot be reached; undefined when it can. */
  readonly error: string | undefined
}

export interface ClusterFacts {
  readonly bootstrap: string
  /** Why there is no answer; undefined when there is one. */
  readonly error: string | undefined
  readonly brokers: readonly BrokerFact[]
}

export interface PartitionFact {
  readonly partition: number
  readonly low: number
  readonly high: number
  /** Undefined when the group has no offset. */
  readonly committed: number | undefined
}

/** The part of the runner's report of a mapping that the doctor reads. */
export interface LiveMapping {
  readonly status: string
  readonly recordsFetched: number
  readonly recordsFiltered: number
  readonly lastError?: string | undefined
  readonly partitions: readonly {
    readonly partition: number
    readonly buffered: number
    readonly windowLeftMs?: number | undefined
    readonly lastFailure?:
      { readonly offset: number; readonly retries: number; readonly reason: string } | undefined
  }[]
}

export interface MappingFacts {
  readonly functionName: string
  readonly trigger: KafkaTrigger
  /** Undefined when the topic does not exist. */
  readonly partitions: readonly PartitionFact[] | undefined
  /** All topics of the cluster. */
  readonly topics: readonly string[]
  readonly members: readonly {
    readonly clientId: string
    readonly host: string
    readonly partitions: readonly number[]
  }[]
  /** Undefined when no runner answers. */
  readonly live: LiveMapping | undefined
  /** The newest records and how many of them pass the filters; undefined without filters. */
  readonly sample: { readonly read: number; readonly passed: number } | undefined
}
