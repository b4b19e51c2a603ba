import { interruptibleWait } from '../async/interruptible-wait.ts'
import type { RecordDetail } from '../journal/mapping-events.ts'
import type { Assignment } from './assignment.ts'
import type { Session } from './session.ts'

export interface SupervisorDeps {
  readonly assignment: Pick<Assignment, 'abandonAll'>
  readonly retryDelayMs: (retry: number) => number
  readonly record: RecordDetail
}

export interface Supervisor {
  readonly start: (openSession: () => Session) => void
  readonly session: () => Session | undefined
  readonly lastError: () => string | undefined
  /** Leaves the group and opens no other session. */
  readonly stop: () => Promise<void>
}

/** A session this long resets the delay; longer than the longest delay. */
const STABLE_AFTER_MS = 30_000

/** Keeps a session open until stopped: replaces one that crashes, after a growing delay. */
export function createSupervisor({ assignment, retryDelayMs, record }: SupervisorDeps): Supervisor {
  const stopping = new AbortController()
  const stopped = new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve()))
  let session: Session | undefined
  let lastError: string | undefined
  let supervision: Promise<void> | undefined

  /** Resolves with the reason of the crash, or undefined when it was stopped. */
  const runSession = async (current: Session): Promise<Error | undefined> => {
    try {
      const started = current.start().then(() => stopped)
      return (await Promise.race([started, stopped, current.crashed])) ?? undefined
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    } finally {
      session = undefined
      const lost = assignment.abandonAll()
      if (lost.length > 0)
        record({ name: 'partitions.revoked', lost: lost.map(({ partition }) => partition) })
      await current.stop()
    }
  }

  const supervise = async (openSession: () => Session) => {
    for (let crashes = 1; !stopping.signal.aborted; crashes += 1) {
      const startedAt = performance.now()
      session = openSession()
      const reason = await runSession(session)
      if (reason === undefined) return
      lastError = reason.message
      if (performance.now() - startedAt > STABLE_AFTER_MS) crashes = 1
      const delayMs = retryDelayMs(crashes)
      record({ name: 'consumer.crashed', reason: reason.message, restartInMs: Math.round(delayMs) })
      await interruptibleWait(delayMs, [stopping.signal])
    }
  }

  return {
    start: (openSession) => {
      supervision = supervise(openSession)
    },
    session: () => session,
    lastError: () => lastError,
    stop: async () => {
      stopping.abort()
      await supervision
    },
  }
}
