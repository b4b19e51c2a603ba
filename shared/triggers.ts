import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  MSKEvent,
  ScheduledEvent,
} from 'aws-lambda'
import type { Context } from 'aws-lambda'
import type { KafkaBatchResponse } from './middleware/kafka-batch.ts'

export interface Triggers {
  readonly http?: (
    event: APIGatewayProxyEventV2,
    context: Context,
  ) => Promise<APIGatewayProxyStructuredResultV2>
  readonly kafka?: (event: MSKEvent, context: Context) => Promise<KafkaBatchResponse>
  readonly schedule?: (event: ScheduledEvent, context: Context) => Promise<unknown>
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

// AWS is the caller; the shape tells which of its services it is, and that service's contract covers the rest.
const isHttp = (event: unknown): event is APIGatewayProxyEventV2 =>
  isRecord(event) && event.version === '2.0' && isRecord(event.requestContext)
const isKafka = (event: unknown): event is MSKEvent =>
  isRecord(event) && event.eventSource === 'aws:kafka' && isRecord(event.records)
const isSchedule = (event: unknown): event is ScheduledEvent =>
  isRecord(event) && event.source === 'aws.events' && event['detail-type'] === 'Scheduled Event'

/** One Lambda handler for all of a function's triggers, told apart by the event's shape. */
export function dispatch({ http, kafka, schedule }: Triggers) {
  return async (event: unknown, context: Context): Promise<unknown> => {
    if (http && isHttp(event)) return http(event, context)
    if (kafka && isKafka(event)) return kafka(event, context)
    if (schedule && isSchedule(event)) return schedule(event, context)
    const triggers = Object.entries({ http, kafka, schedule }).flatMap(([name, handle]) =>
      handle ? [name] : [],
    )
    throw new Error(`This event is of none of the function's triggers (${triggers.join(', ')}).`)
  }
}
