/** Destination of an asynchronous invocation's outcome. All but functions are files here. */
export type EventDestination =
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'sqs' | 'sns' | 's3' | 'events'; readonly name: string }

const FUNCTION = /^(?:arn:[^:]+:lambda:[^:]+:\d{12}:function:)?([\w-]{1,64})(?::[\w$-]+)?$/
const QUEUE_OR_TOPIC = /^arn:[^:]+:(sqs|sns):[^:]+:\d{12}:([\w-]{1,256})$/
const EVENT_BUS = /^arn:[^:]+:events:[^:]+:\d{12}:event-bus\/([\w.-]{1,256})$/
const BUCKET = /^arn:[^:]+:s3:::([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])$/

/**
 * Parses the name of a function of this project, or an ARN that AWS accepts: of a function, a standard queue or topic, an
 * event bus, a bucket (invocation-async-retain-records). Undefined for anything else.
 */
export function parseEventDestination(text: string): EventDestination | undefined {
  const functionName = FUNCTION.exec(text)?.[1]
  if (functionName !== undefined) return { kind: 'function', name: functionName }
  const bus = EVENT_BUS.exec(text)?.[1]
  if (bus !== undefined) return { kind: 'events', name: bus }
  const bucket = BUCKET.exec(text)?.[1]
  if (bucket !== undefined) return { kind: 's3', name: bucket }
  const [, kind, name] = QUEUE_OR_TOPIC.exec(text) ?? []
  return (kind === 'sqs' || kind === 'sns') && name !== undefined ? { kind, name } : undefined
}
