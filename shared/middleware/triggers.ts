import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  MSKEvent,
  ScheduledEvent,
} from 'aws-lambda'
import type { Context } from 'aws-lambda'
import type { KafkaBatchResponse } from './kafka-batch.ts'

export interface Triggers {
  readonly http?: (
    event: APIGatewayProxyEventV2,
    context: Context,
  ) => Promise<APIGatewayProxyStructuredResultV2>
  readonly kafka?: (event: MSKEvent, context: Context) => Promise<KafkaBatchResponse>
  readonly schedule?: (event: ScheduledEvent, context: Context) => Promise<unknown>
  /** Invoked by `npm run reconcile` through the Lambda Invoke API, never by an event source of AWS. */
  readonly reconcile?: (event: ReconcileEvent) => Promise<unknown>
}

/** In the form of an EventBridge event, so that a rule or a script can send it on AWS as well. */
export interface ReconcileEvent {
  readonly source: 'order-pipeline.reconcile'
  readonly 'detail-type': string
  readonly detail: unknown
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

// The caller is AWS. The shape tells which service it is, and the contract of that service covers the rest.
const isHttp = (event: unknown): event is APIGatewayProxyEventV2 =>
  isRecord(event) && event.version === '2.0' && isRecord(event.requestContext)
/** Also of a batch inside another event. */
export const isKafka = (event: unknown): event is MSKEvent =>
  isRecord(event) && event.eventSource === 'aws:kafka' && isRecord(event.records)
/** Of a rule of EventBridge, or of EventBridge Scheduler. */
const isSchedule = (event: unknown): event is ScheduledEvent =>
  isRecord(event) &&
  (event.source === 'aws.events' || event.source === 'aws.scheduler') &&
  event['detail-type'] === 'Scheduled Event'
const isReconcile = (event: unknown): event is ReconcileEvent =>
  isRecord(event) && event.source === 'order-pipeline.reconcile' && typeof event['detail-type'] === 'string'

/** `npm run reconcile` knows by this name (`errorType` of the answer) that a function has no reconcile trigger. */
class UnknownTriggerError extends Error {
  override readonly name = 'UnknownTriggerError'
}

/** One Lambda handler for all of a function's triggers, distinguished by the event's shape. */
export function dispatch({ http, kafka, schedule, reconcile }: Triggers) {
  return async (event: unknown, context: Context): Promise<unknown> => {
    if (http && isHttp(event)) return http(event, context)
    if (kafka && isKafka(event)) return kafka(event, context)
    if (schedule && isSchedule(event)) return schedule(event, context)
    if (reconcile && isReconcile(event)) return reconcile(event)
    const triggers = Object.entries({ http, kafka, schedule, reconcile }).flatMap(([name, handle]) =>
      handle ? [name] : [],
    )
    throw new UnknownTriggerError(
      `This event is of none of the function's triggers (${triggers.join(', ')}).`,
    )
  }
}
