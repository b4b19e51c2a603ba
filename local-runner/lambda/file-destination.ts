import { appendFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'

/** A queue, topic, event bus or bucket that documents are sent to. Each is a file here: `<kind>-<name>.jsonl`. */
export interface FileDestination {
  readonly kind: 'sqs' | 'sns' | 's3' | 'events'
  readonly name: string
}

const QUEUE_OR_TOPIC = /^arn:[^:]+:(sqs|sns):[^:]+:\d{12}:([\w-]{1,256})$/
const EVENT_BUS = /^arn:[^:]+:events:[^:]+:\d{12}:event-bus\/([\w.-]{1,256})$/
const BUCKET = /^arn:[^:]+:s3:::([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])$/

/** Reads the ARN of a standard SQS queue or SNS topic, an event bus or an S3 bucket; undefined when it is none of them. */
export function parseFileDestination(arn: string): FileDestination | undefined {
  const bus = EVENT_BUS.exec(arn)?.[1]
  if (bus !== undefined) return { kind: 'events', name: bus }
  const bucket = BUCKET.exec(arn)?.[1]
  if (bucket !== undefined) return { kind: 's3', name: bucket }
  const [, kind, name] = QUEUE_OR_TOPIC.exec(arn) ?? []
  return (kind === 'sqs' || kind === 'sns') && name !== undefined ? { kind, name } : undefined
}

/** Appends a document as one line; it is on disk when this resolves. @param directory absolute, created when needed */
export async function appendDocument(
  directory: string,
  { kind, name }: FileDestination,
  json: string,
): Promise<void> {
  await mkdir(directory, { recursive: true })
  await appendFile(join(directory, `${kind}-${name}.jsonl`), `${json}\n`, { flush: true })
}
