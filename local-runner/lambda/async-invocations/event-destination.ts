import { type FileDestination, parseFileDestination } from '../file-destination.ts'

/** Where the outcome of an asynchronous invocation goes. */
export type EventDestination = { readonly kind: 'function'; readonly name: string } | FileDestination

const FUNCTION = /^(?:arn:[^:]+:lambda:[^:]+:\d{12}:function:)?([\w-]{1,64})(?::[\w$-]+)?$/

/**
 * Reads the name of a function of this project, or an ARN as AWS takes it: of a function, a standard queue or topic, an
 * event bus, a bucket (invocation-async-retain-records). Undefined when it is none of them.
 */
export function parseEventDestination(text: string): EventDestination | undefined {
  const functionName = FUNCTION.exec(text)?.[1]
  if (functionName !== undefined) return { kind: 'function', name: functionName }
  return parseFileDestination(text)
}
