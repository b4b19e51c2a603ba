import { randomUUID } from 'node:crypto'
import { ACCOUNT_ID, REGION } from '../lambda/environment-variables.ts'

/** Where a schedule is on AWS: a rule of EventBridge, or a schedule of EventBridge Scheduler, which alone has time zones. */
export type ScheduleService = 'events' | 'scheduler'

/** What the service sends when nobody sets an input; its time is in whole seconds. */
export function scheduledEvent(service: ScheduleService, functionName: string, epochMs: number) {
  const name = `${functionName}-schedule`
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: `aws.${service}`,
    account: ACCOUNT_ID,
    time: new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z'),
    region: REGION,
    resources: [
      `arn:aws:${service}:${REGION}:${ACCOUNT_ID}:${service === 'events' ? `rule/${name}` : `schedule/default/${name}`}`,
    ],
    detail: service === 'events' ? {} : '{}',
  }
}
