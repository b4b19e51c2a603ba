import * as z from 'zod'
import { NOTIFICATION_SHARDS } from '../../shared/orders/constants.ts'
import { shardOf } from '../../shared/orders/keys.ts'
import type { RedisConnection } from '../../shared/redis/connection.ts'
import { defineScript } from '../../shared/redis/script.ts'
import { type Notification, type NotificationKey, parseStored, status } from './notification.ts'
import notifyClaim from './notify-claim.lua'
import notifyDone from './notify-done.lua'
import notifyPresume from './notify-presume.lua'
import notifyRelease from './notify-release.lua'

export type NewNotification = Pick<
  Notification,
  'eventId' | 'orderId' | 'type' | 'channel' | 'to' | 'subject'
>

export interface Claim {
  /** Different for every attempt. */
  readonly owner: string
  readonly leaseMs: number
  /** Whether a claim whose sender did not report back may be sent again. */
  readonly idempotent: boolean
}

const claimReply = z.enum(['SEND', 'SENT', 'BUSY', 'INDETERMINATE', 'FAILED'])
const settleReply = z.enum(['OK', 'ALREADY', 'FENCED', 'MISSING'])
const presumeReply = z.union([z.literal('PRESUMED'), status])
export type ClaimResult = z.infer<typeof claimReply>
export type SettleResult = z.infer<typeof settleReply>
export type PresumeResult = z.infer<typeof presumeReply>

export interface Notifications {
  /** `SEND`: this owner, and nobody else, is to send it now. `BUSY`: another one may be sending it. */
  readonly claim: (notification: NewNotification, claim: Claim) => Promise<ClaimResult>
  /** Notes how the owner's send ended. `reason` is '' where it was sent. */
  readonly done: (
    key: NotificationKey,
    owner: string,
    status: 'SENT' | 'FAILED' | 'INDETERMINATE',
    reason: string,
  ) => Promise<SettleResult>
  /** Gives the owner's claim back, after a send that surely did not happen. */
  readonly release: (key: NotificationKey, owner: string, reason: string) => Promise<SettleResult>
  /**
   * Notes one of which nothing is known as INDETERMINATE since `occurredAt` (ISO 8601). `PRESUMED` if so, else its status,
   * which stays.
   */
  readonly presume: (
    notification: NewNotification,
    occurredAt: string,
    reason: string,
  ) => Promise<PresumeResult>
  readonly statusOf: (key: NotificationKey) => Promise<Notification['status'] | undefined>
  /** Of one order, oldest first. */
  readonly ofOrder: (orderId: string, limit: number) => Promise<readonly Notification[]>
  /** Of all orders, newest first. */
  readonly newest: (limit: number) => Promise<readonly Notification[]>
}

const scripts = {
  claim: defineScript(notifyClaim),
  done: defineScript(notifyDone),
  release: defineScript(notifyRelease),
  presume: defineScript(notifyPresume),
}
const SHARDS = Array.from({ length: NOTIFICATION_SHARDS }, (_, index) => index.toString(16))

const shard = (orderId: string): string => shardOf(orderId, NOTIFICATION_SHARDS)
const toMember = ({ eventId, channel }: NotificationKey): string => `${eventId}:${channel}`
const memberKey = (of: string, member: string): string => `{n:${of}}:${member}`
const recordKey = (key: NotificationKey): string => memberKey(shard(key.orderId), toMember(key))
/** ZSET member -> time of the first claim. */
const orderIndexKey = (orderId: string): string => `{n:${shard(orderId)}}:of:${orderId}`
const logKey = (of: string): string => `{n:${of}}:log`

export function createNotifications({ script, use }: RedisConnection): Notifications {
  const read = (keys: readonly string[]): Promise<readonly Notification[]> =>
    use(async (client) => {
      const records = await Promise.all(keys.map((key) => client.hgetall(key)))
      return records.flatMap((fields) => parseStored(fields) ?? [])
    })

  return {
    claim: async (notification, { owner, leaseMs, idempotent }) => {
      const { eventId, orderId, type, channel, to, subject } = notification
      const keys = [recordKey(notification), orderIndexKey(orderId), logKey(shard(orderId))]
      const fields = [eventId, orderId, type, channel, to, subject]
      const args = [owner, leaseMs, idempotent ? 1 : 0, toMember(notification), ...fields]
      return claimReply.parse(await script(scripts.claim, keys, args))
    },

    done: async (key, owner, status, reason) =>
      settleReply.parse(await script(scripts.done, [recordKey(key)], [owner, status, reason])),

    release: async (key, owner, reason) =>
      settleReply.parse(await script(scripts.release, [recordKey(key)], [owner, reason])),

    presume: async (notification, occurredAt, reason) => {
      const { eventId, orderId, type, channel, to, subject } = notification
      const keys = [recordKey(notification), orderIndexKey(orderId), logKey(shard(orderId))]
      const fields = [eventId, orderId, type, channel, to, subject]
      const args = [toMember(notification), Date.parse(occurredAt), reason, ...fields]
      return presumeReply.parse(await script(scripts.presume, keys, args))
    },

    statusOf: async (key) => {
      const found = await use((client) => client.hget(recordKey(key), 'st'))
      return found === null ? undefined : status.parse(found)
    },

    ofOrder: async (orderId, limit) => {
      const members = await use((client) => client.zrange(orderIndexKey(orderId), 0, String(limit - 1)))
      return read(members.map((member) => memberKey(shard(orderId), member)))
    },

    newest: async (limit) => {
      const logs = await use((client) => Promise.all(SHARDS.map((of) => newestOf(client, of, limit))))
      const newestFirst = logs.flat().sort((a, b) => b.claimedAtMs - a.claimedAtMs)
      return read(newestFirst.slice(0, limit).map(({ key }) => key))
    },
  }
}

type Client = Parameters<Parameters<RedisConnection['use']>[0]>[0]

/** Single commands, as a pipeline may not span the slots of a Redis Cluster. */
async function newestOf(client: Client, of: string, limit: number) {
  const reply = await client.zrevrange(logKey(of), 0, limit - 1, 'WITHSCORES')
  return reply.flatMap((member, index) =>
    index % 2 === 0 ? [{ key: memberKey(of, member), claimedAtMs: Number(reply[index + 1]) }] : [],
  )
}
