import { randomUUID } from 'node:crypto'
import { ACCOUNT_ID, REGION } from '../lambda/environment-variables.ts'
import type { Invoke } from '../lambda/invocation.ts'

export interface ScheduleDeps {
  readonly functionName: string
  readonly everyMs: number
  readonly invoke: Invoke
  /** Epoch ms. */
  readonly now: () => number
}

export interface Schedule {
  readonly start: () => void
  /** Fires no more. What already runs is the function host's to finish. */
  readonly stop: () => void
}

/** EventBridge's event for a scheduled rule; its time has whole seconds. */
const scheduledEvent = (functionName: string, epochMs: number) => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: ACCOUNT_ID,
  time: new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z'),
  region: REGION,
  resources: [`arn:aws:events:${REGION}:${ACCOUNT_ID}:rule/${functionName}-schedule`],
  detail: {},
})

/** Invokes the function every `everyMs`, counted from the start of the last call, and never while that still runs. */
export function createSchedule({ functionName, everyMs, invoke, now }: ScheduleDeps): Schedule {
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  const fire = async () => {
    const startedAt = now()
    // A failure is in the log already, and the next call comes all the same.
    await invoke(JSON.stringify(scheduledEvent(functionName, startedAt)), { source: 'schedule' })
    plan(Math.max(0, everyMs - (now() - startedAt)))
  }
  const plan = (delayMs: number) => {
    if (!stopped) timer = setTimeout(() => void fire(), delayMs)
  }

  return {
    start: () => plan(everyMs),
    stop: () => {
      stopped = true
      clearTimeout(timer)
    },
  }
}
