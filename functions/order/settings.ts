import { parseAcceptMode, type AcceptMode } from './place/accept-mode.ts'

export interface Settings {
  readonly acceptMode: AcceptMode
  readonly outboxMaxAgeSeconds: number
}

/** @throws Error for a variable with a value that means nothing, at init. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const age = env.OUTBOX_MAX_AGE_SECONDS || '300'
  if (!/^[1-9]\d{0,6}$/.test(age)) {
    throw new Error(`OUTBOX_MAX_AGE_SECONDS is "${age}"; it must be a whole number of seconds from 1 on.`)
  }
  return { acceptMode: parseAcceptMode(env.ACCEPT_MODE || undefined), outboxMaxAgeSeconds: Number(age) }
}
