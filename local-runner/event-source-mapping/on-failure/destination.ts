/** A `destinationConfig.onFailure`. SQS, SNS and S3 are files here: `.local/destinations/<kind>-<name>.jsonl`. */
export type Destination =
  | { readonly kind: 'kafka'; readonly topic: string }
  | { readonly kind: 'sqs' | 'sns' | 's3'; readonly name: string }

const KAFKA = /^kafka:\/\/([^.][a-zA-Z0-9\-_.]{0,248})$/
const QUEUE_OR_TOPIC = /^arn:[^:]+:(sqs|sns):[^:]+:\d{12}:([a-zA-Z0-9_-]{1,256})$/
const BUCKET = /^arn:[^:]+:s3:::([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])$/

/**
 * Parses a destination in AWS's form: `kafka://<topic>` or the ARN of an SQS queue, SNS topic or S3 bucket.
 * FIFO queues and topics are not allowed (monitoring-metrics-types, `DestinationDeliveryFailures`).
 * @throws Error that names what is wrong
 */
export function parseDestination(text: string): Destination {
  const topic = KAFKA.exec(text)?.[1]
  if (topic !== undefined) return { kind: 'kafka', topic }
  const bucket = BUCKET.exec(text)?.[1]
  if (bucket !== undefined) return { kind: 's3', name: bucket }
  const [, kind, name] = QUEUE_OR_TOPIC.exec(text) ?? []
  if ((kind === 'sqs' || kind === 'sns') && name !== undefined) return { kind, name }
  if (text.endsWith('.fifo')) throw new Error('a FIFO queue or topic cannot be an on-failure destination')
  throw new Error(`must be kafka://<topic> or the ARN of an SQS queue, SNS topic or S3 bucket, got "${text}"`)
}
