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

/** The transaction at which committed reading ends. */
export interface OpenTransaction {
  readonly producerId: string
  /** Epoch ms, by the clock of the producer: the time of its first record. */
  readonly sinceMs: number
  /** Undefined where its coordinator knows no such transaction or does not say. */
  readonly transactionalId: string | undefined
  /** Epoch ms: when Kafka aborts it. */
  readonly endsMs: number | undefined
}

export interface PartitionFact {
  readonly partition: number
  readonly low: number
  /** The last stable offset: committed reading ends there, at the end or at an open transaction. */
  readonly stable: number
  readonly high: number
  /** Undefined when the group has no offset. */
  readonly committed: number | undefined
  /** Records the group has not committed; markers of transactions and aborted records are none. */
  readonly hasUnread: boolean
  /** Why the doctor cannot read them; undefined when it can. */
  readonly unreadable: string | undefined
  readonly open: OpenTransaction | undefined
}

/** What blocks a partition, as the runner reports it. */
export interface LiveFailure {
  readonly kind: string
  readonly offset: number
  readonly retries: number
  readonly invocations: number
  readonly forMs: number
  readonly reason: string
  /** What the function logged about the record. */
  readonly loggedError?: string | undefined
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
    readonly lastFailure?: LiveFailure | undefined
  }[]
}

export interface MappingFacts {
  readonly functionName: string
  readonly trigger: KafkaTrigger
  /** Undefined when the topic does not exist. */
  readonly partitions: readonly PartitionFact[] | undefined
  /** Whether the topic has a committed record. */
  readonly hasRecords: boolean
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
  /** Epoch ms. */
  readonly nowMs: number
}

export interface DiskFacts {
  readonly directory: string
  readonly freeBytes: number
}

/** One Redis, or one primary of a cluster. */
export interface RedisNodeFacts {
  readonly address: string
  /** Its answer to a write that changes nothing; undefined when it takes writes. */
  readonly refusal: string | undefined
  readonly usedBytes: number
  /** 0: no limit. */
  readonly maxBytes: number
  /** It was a replica before, was emptied by a command since its start, or keeps no append-only file. */
  readonly mayHaveLostWrites: boolean
}

export interface RedisFacts {
  /** Without a login. */
  readonly url: string
  /** Why there is no answer; undefined when there is one. */
  readonly error: string | undefined
  readonly nodes: readonly RedisNodeFacts[]
  /** Text of the switch that a reconcile sets; undefined when it is not set. */
  readonly frozen: string | undefined
  /** For how long Kafka has taken no events, so that new orders are refused; undefined when they are taken. */
  readonly backlogSeconds: number | undefined
  /** Epoch ms. */
  readonly nowMs: number
}

/** The letters of one topic that were neither redriven nor discarded. */
export interface DeadLetterFacts {
  readonly topic: string
  readonly waiting: number
  /** False where there are more letters than were read. */
  readonly isComplete: boolean
  /** ISO 8601; undefined where no letter says. */
  readonly newestAt: string | undefined
  /** Number of letters by code of the reason, such as `event_invalid`. */
  readonly reasons: ReadonlyMap<string, number>
  /** Events that the store of their function does not have; its reason tells when one is certainly forged. */
  readonly notInStore: {
    readonly forged: number
    readonly unclear: number
    readonly example: string | undefined
  }
}
