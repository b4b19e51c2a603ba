import type { Request } from './history.ts'
import type { DeadLetter, Log, LoggedEvent } from './kafka-log.ts'

export interface StockRecord {
  readonly sku: string
  readonly onHand: number
  readonly reserved: number
  readonly sold: number
  readonly received: number
}

export interface LedgerEntry {
  readonly sku: string
  readonly orderId: string
  /** Reserved, deducted, released or restocked. */
  readonly letter: 'R' | 'D' | 'X' | 'Z'
  readonly quantity: number
}

export interface StoredOrder {
  readonly orderId: string
  readonly status: string
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[]
}

/** What Redis holds. */
export interface RedisState {
  readonly stock: readonly StockRecord[]
  readonly ledger: readonly LedgerEntry[]
  readonly orders: readonly StoredOrder[]
  /** How many entries still wait, by the name of the set: intent, outbox, open. */
  readonly waiting: Readonly<Record<string, number>>
  /** Event ids that analytics has counted. */
  readonly counted: readonly string[]
  /** Analytics counters by field, all shards added up. */
  readonly counters: Readonly<Record<string, number>>
  readonly notifications: readonly {
    readonly eventId: string
    readonly channel: string
    readonly status: string
  }[]
  /** `ttlMs` is -1 for a key that stays. */
  readonly keys: readonly { readonly key: string; readonly ttlMs: number }[]
}

/** All that the invariants are checked against. */
export interface Evidence {
  readonly history: readonly Request[]
  readonly redis: RedisState
  readonly log: readonly LoggedEvent[]
  /** Message-IDs of the mails that the SMTP server has accepted, one entry for each mail. */
  readonly mails: readonly string[]
  readonly hostile: Log['hostile']
  readonly deadLetters: readonly DeadLetter[]
  readonly lag: number
  /** Stock records read while faults went on. */
  readonly samples: readonly StockRecord[]
  /** Names of the functions beside the four of the protocol; their keys are their own. */
  readonly addedFunctions: readonly string[]
}
