import { setTimeout as delay } from 'node:timers/promises'
import { startTcpRelay } from '../../shared/testing/tcp-relay.ts'

export interface FaultyLink {
  /** The port of 127.0.0.1 that leads to the server. */
  readonly port: number
  /** Breaks every connection and refuses new ones until `restore`. */
  readonly cut: () => Promise<void>
  readonly restore: () => Promise<void>
  /** Breaks every connection once. */
  readonly breakConnections: () => Promise<void>
  /** Holds each answer back; 0 for not at all. */
  readonly slow: (answerDelayMs: number) => void
  /** Lets commands through and loses their answers, until the connections are broken by `breakConnections` or `cut`. */
  readonly swallowAnswers: () => void
}

const NOTHING = Buffer.alloc(0)

/** A port that forwards to `target` (host:port) over a link that can be made faulty. */
export async function startFaultyLink(target: string): Promise<FaultyLink> {
  let answerDelayMs = 0
  let isSwallowing = false
  const relay = await startTcpRelay({
    target,
    toAnswer: (chunk) => {
      if (isSwallowing) return NOTHING
      return answerDelayMs === 0 ? chunk : delay(answerDelayMs, chunk)
    },
  })
  const cut = async () => {
    await relay.cut()
    // Not before: a later answer would be taken for a lost one.
    isSwallowing = false
  }
  return {
    port: relay.port,
    cut,
    restore: relay.restore,
    breakConnections: async () => {
      await cut()
      await relay.restore()
    },
    slow: (ms) => void (answerDelayMs = ms),
    swallowAnswers: () => void (isSwallowing = true),
  }
}
