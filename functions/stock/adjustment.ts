import { createHash } from 'node:crypto'

export interface Adjustment {
  /** Digest of the client's key. The same one adjusts a SKU once. */
  readonly id: string
  /** Digest (hex) of delta and reason, so that another adjustment with the same key is refused. */
  readonly fingerprint: string
  /** Units to add, or to take when negative. */
  readonly delta: number
  readonly reason: string
}

export const toAdjustment = (key: string, delta: number, reason: string): Adjustment => ({
  id: sha256(key),
  fingerprint: adjustmentFingerprint(delta, reason),
  delta,
  reason,
})

export const adjustmentFingerprint = (delta: number, reason: string): string =>
  sha256(JSON.stringify([delta, reason]))

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
