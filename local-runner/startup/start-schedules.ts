import { createSchedule } from '../schedules/schedule.ts'
import { rateMs } from '../schedules/schedule-expression.ts'
import type { RunningFunction } from './start-function.ts'

export interface StartSchedulesDeps {
  readonly running: RunningFunction
  /** Epoch ms. */
  readonly now: () => number
}

/** Starts a function's schedules. */
export function startSchedules({ running, now }: StartSchedulesDeps): void {
  const { definition, invoke, addStop } = running
  for (const { scheduleExpression, localRateMs } of definition.triggers.schedule) {
    const everyMs = localRateMs ?? rateMs(scheduleExpression)
    if (everyMs === undefined) continue // The manifest has refused it already.
    const schedule = createSchedule({ functionName: definition.name, everyMs, invoke, now })
    schedule.start()
    addStop(`schedule of ${definition.name}`, schedule.stop)
  }
}
