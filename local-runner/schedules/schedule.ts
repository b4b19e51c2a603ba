import type { Invoke } from '../lambda/invocation.ts'
import { createClockTimer, type Timer } from './clock-timer.ts'
import { createRateTimer } from './rate-timer.ts'
import { parseSchedule } from './schedule-expression.ts'
import { scheduledEvent } from './scheduled-event.ts'

/** A schedule as in function.json. */
export interface ScheduleTrigger {
  readonly scheduleExpression: string
  /** An IANA name; only schedules of EventBridge Scheduler have one. */
  readonly scheduleExpressionTimezone?: string | undefined
  /** Replaces the expression. */
  readonly localRateMs?: number | undefined
}

export interface ScheduleDeps {
  readonly functionName: string
  readonly trigger: ScheduleTrigger
  readonly invoke: Invoke
  /** Epoch ms. */
  readonly now: () => number
}

/** Invokes the function by its schedule. The function host finishes an invocation that runs at the stop. @throws Error for an expression that is none */
export function createSchedule({ functionName, trigger, invoke, now }: ScheduleDeps): Timer {
  const { scheduleExpression, scheduleExpressionTimezone, localRateMs } = trigger
  const timing = parseSchedule(scheduleExpression, scheduleExpressionTimezone)
  if (!timing) throw new Error(`${scheduleExpression} is no schedule expression; correct function.json.`)
  // Rules of EventBridge have neither a time zone nor at(...).
  const isScheduler = scheduleExpressionTimezone !== undefined || scheduleExpression.startsWith('at(')
  const service = isScheduler ? 'scheduler' : 'events'
  // A failure is in the log already and does not stop the schedule.
  const run = (epochMs: number) =>
    invoke(JSON.stringify(scheduledEvent(service, functionName, epochMs)), { source: 'schedule' })
  if (localRateMs !== undefined) return createRateTimer(localRateMs, { run, now })
  return 'everyMs' in timing
    ? createRateTimer(timing.everyMs, { run, now })
    : createClockTimer(timing.nextMs, { run, now })
}
