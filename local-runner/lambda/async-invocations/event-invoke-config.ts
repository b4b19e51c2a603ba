import * as z from 'zod'
import { parseEventDestination } from './event-destination.ts'

const A_DESTINATION =
  'A destination is the name of a function here, or the ARN of a function, a standard queue or topic, an event bus or a bucket.'

const destination = z.strictObject({
  destination: z.string().refine((text) => parseEventDestination(text) !== undefined, A_DESTINATION),
})

/** What AWS does with a function's asynchronous invocations (AWS::Lambda::EventInvokeConfig). */
export const eventInvokeConfig = z.strictObject({
  maximumRetryAttempts: z.int().min(0).max(2).default(2).describe('After a function error'),
  maximumEventAgeInSeconds: z.int().min(60).max(21_600).default(21_600),
  destinationConfig: z
    .strictObject({ onSuccess: destination.optional(), onFailure: destination.optional() })
    .default({}),
})

export const deadLetterConfig = z.strictObject({
  targetArn: z
    .string()
    .refine(
      (text) => /^arn:[^:]+:(sqs|sns):/.test(text) && parseEventDestination(text) !== undefined,
      'A dead-letter target is the ARN of a standard SQS queue or SNS topic.',
    ),
})

export type EventInvokeConfig = z.output<typeof eventInvokeConfig>
