import type { Notification, NotificationKey } from './notification.ts'
import type { Notifications } from './notifications.ts'

interface MemoryRecord {
  owner: string
  leaseEndMs: number
  /** Undefined where only a release has been. */
  notification: Notification | undefined
  status: Notification['status']
}

const toId = ({ eventId, channel }: NotificationKey): string => `${eventId}:${channel}`

/** @param now epoch ms, so that a test can let a lease end */
export function createMemoryNotifications(now: () => number): Notifications {
  const records = new Map<string, MemoryRecord>()
  const isoNow = (): string => new Date(now()).toISOString()

  function set(held: MemoryRecord, status: Notification['status'], reason: string): void {
    held.status = status
    if (!held.notification) return
    const { reason: _reason, ...rest } = held.notification
    held.notification = { ...rest, status, updatedAt: isoNow(), ...(reason && { reason }) }
  }

  /** In the order of the first claims, as a Map keeps it. */
  const all = (): readonly Notification[] =>
    [...records.values()].flatMap(({ notification }) => notification ?? [])

  return {
    claim: async (key, { owner, leaseMs, idempotent }) => {
      const held = records.get(toId(key))
      if (held) {
        const { status } = held
        if (status === 'SENT' || status === 'FAILED' || status === 'INDETERMINATE') return status
        if (status === 'PENDING' && held.owner === owner) return 'BUSY'
        if (status === 'SENDING' && held.owner !== owner) {
          if (held.leaseEndMs > now()) return 'BUSY'
          if (!idempotent) {
            set(held, 'INDETERMINATE', 'the sender did not report back')
            return 'INDETERMINATE'
          }
        }
      }
      const claimedAt = held?.notification?.claimedAt ?? isoNow()
      const notification: Notification = { ...key, status: 'SENDING', claimedAt, updatedAt: isoNow() }
      records.set(toId(key), { owner, leaseEndMs: now() + leaseMs, notification, status: 'SENDING' })
      return 'SEND'
    },

    done: async (key, owner, status, reason) => {
      const held = records.get(toId(key))
      if (!held) return 'MISSING'
      if (held.owner !== owner) return 'FENCED'
      if (held.status === status) return 'ALREADY'
      if (held.status !== 'SENDING' && held.status !== 'INDETERMINATE') return 'FENCED'
      set(held, status, reason)
      return 'OK'
    },

    release: async (key, owner, reason) => {
      const held = records.get(toId(key))
      if (!held) {
        records.set(toId(key), { owner, leaseEndMs: 0, notification: undefined, status: 'PENDING' })
        return 'OK'
      }
      if (held.owner !== owner) return 'FENCED'
      if (held.status === 'PENDING') return 'ALREADY'
      if (held.status !== 'SENDING') return 'FENCED'
      set(held, 'PENDING', reason)
      return 'OK'
    },

    presume: async (key, occurredAt, reason) => {
      const held = records.get(toId(key))
      if (held) return held.status
      const times = { claimedAt: occurredAt, updatedAt: isoNow() }
      const notification: Notification = { ...key, status: 'INDETERMINATE', ...times, reason }
      records.set(toId(key), { owner: '', leaseEndMs: 0, notification, status: 'INDETERMINATE' })
      return 'PRESUMED'
    },

    statusOf: async (key) => records.get(toId(key))?.status,

    ofOrder: async (orderId, limit) =>
      all()
        .filter((notification) => notification.orderId === orderId)
        .slice(0, limit),

    newest: async (limit) => all().toReversed().slice(0, limit),
  }
}
