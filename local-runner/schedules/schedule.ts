import { randomUUID } from 'node:crypto'
import { ACCOUNT_ID, REGION } from '../lambda/environment-variables.ts'
import type { Invoke } from '../lambda/invocation.ts'

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }

/** The ms of an EventBridge `rate(...)`; undefined for any other text. EventBridge requires the singular for 1, and only for 1. */
export function rateMs(expression: string): number | undefined {
  const [, count, unit, plural] = /^rate\(([1-9]\d*) (minute|hour|day)(s?)\)$/.exec(expression) ?? []
  if (unit !== 'minute' && unit !== 'hour' && unit !== 'day') return undefined
  return (count === '1') === (plural === '') ? Number(count) * UNIT_MS[unit] : undefined
}

export interface ScheduleDeps {
  readonly functionName: string
  readonly everyMs: number
  readonly invoke: Invoke
  /** Epoch ms. */
  readonly now: () => number
}

export interface Schedule {
  readonly start: () => void
  /** Stops firing. The function host finishes a running invocation. */
  readonly stop: () => void
}

/** EventBridge's event of a scheduled rule; its time is in whole seconds. */
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

/** Invokes the function every `everyMs`, counted from the start of the last call, and never while that call runs. */
export function createSchedule({ functionName, everyMs, invoke, now }: ScheduleDeps): Schedule {
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  const fire = async () => {
    const startedAt = performance.now()
    // A failure is in the log already and does not stop the schedule.
    await invoke(JSON.stringify(scheduledEvent(functionName, now())), { source: 'schedule' })
    plan(Math.max(0, everyMs - (performance.now() - startedAt)))
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
