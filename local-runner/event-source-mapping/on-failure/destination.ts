import { type FileDestination, parseFileDestination } from '../../lambda/file-destination.ts'

/** A `destinationConfig.onFailure`. */
export type Destination = { readonly kind: 'kafka'; readonly topic: string } | FileDestination

const KAFKA = /^kafka:\/\/([^.][a-zA-Z0-9\-_.]{0,248})$/

/**
 * Parses a destination in AWS's form: `kafka://<topic>` or the ARN of an SQS queue, SNS topic or S3 bucket.
 * FIFO queues and topics are not allowed (monitoring-metrics-types, `DestinationDeliveryFailures`).
 * @throws Error that names what is wrong
 */
export function parseDestination(text: string): Destination {
  const topic = KAFKA.exec(text)?.[1]
  if (topic !== undefined) return { kind: 'kafka', topic }
  const resource = parseFileDestination(text)
  if (resource !== undefined && resource.kind !== 'events') return resource
  if (text.endsWith('.fifo')) throw new Error('a FIFO queue or topic cannot be an on-failure destination')
  throw new Error(`must be kafka://<topic> or the ARN of an SQS queue, SNS topic or S3 bucket, got "${text}"`)
}
