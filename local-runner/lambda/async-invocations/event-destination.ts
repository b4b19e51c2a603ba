import { type FileDestination, parseFileDestination } from '../file-destination.ts'

/** Destination of an asynchronous invocation's outcome. */
export type EventDestination = { readonly kind: 'function'; readonly name: string } | FileDestination

const FUNCTION = /^(?:arn:[^:]+:lambda:[^:]+:\d{12}:function:)?([\w-]{1,64})(?::[\w$-]+)?$/

/**
 * Parses the name of a function of this project, or an ARN that AWS accepts: of a function, a standard queue or topic, an
 * event bus, a bucket (invocation-async-retain-records). Undefined for anything else.
 */
export function parseEventDestination(text: string): EventDestination | undefined {
  const functionName = FUNCTION.exec(text)?.[1]
  if (functionName !== undefined) return { kind: 'function', name: functionName }
  return parseFileDestination(text)
}
