import type { RedisConnection } from '../../shared/redis/connection.ts'

export interface Death {
  /** The call, counted from 1, at which the process dies. */
  readonly atCall: number
  /** Whether that call still reaches its server, and only the answer is lost. */
  readonly when: 'before' | 'after'
}

/** The outside of a process that dies at a call of it; without a death it lives. */
export function createMortal(death?: Death) {
  let calls = 0
  let isDead = false
  const die = () => {
    isDead = true
    return new Error('the process has died')
  }

  async function reach<T>(call: () => Promise<T>): Promise<T> {
    calls += 1
    if (isDead) throw die()
    if (calls !== death?.atCall) return call()
    if (death.when === 'before') throw die()
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
