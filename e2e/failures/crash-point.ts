import type { RedisConnection } from '../../shared/redis/connection.ts'

export interface Crash {
  /** The call, counted from 1, at which the process dies. */
  readonly atCall: number
  /** Whether that call still reaches its server, and only the answer is lost. */
  readonly when: 'before' | 'after'
}

/** The calls that a process makes outside, which dies at one of them if a crash is given. */
export function createCrashPoint(crash?: Crash) {
  let calls = 0
  let isDead = false
  const die = () => {
    isDead = true
    return new Error('the process has died')
  }

  async function reach<T>(call: () => Promise<T>): Promise<T> {
    calls += 1
    if (isDead) throw die()
    if (calls !== crash?.atCall) return call()
    if (crash.when === 'before') throw die()
    await call()
    throw die()
  }

  return {
    reach,
    redis: ({ use, script, close }: RedisConnection): RedisConnection => ({
      use: (commands) => reach(() => use(commands)),
      script: (...call) => reach(() => script(...call)),
      close,
    }),
    calls: () => calls,
  }
}
