import * as z from 'zod'
import { type DeadLetter, omittedProblem } from './dead-letter.ts'

const signedByte = z.int().min(-128).max(127)
const document = z.object({
  requestContext: z.object({
    functionArn: z.string().optional(),
    condition: z.string(),
    approximateInvokeCount: z.number(),
  }),
  timestamp: z.string(),
  payloadOmitted: z.boolean().optional(),
  payload: z.object({
    records: z.record(
      z.string(),
      z.tuple([
        z.object({
          topic: z.string().optional(),
          partition: z.int(),
          offset: z.int(),
          key: z.base64().optional(),
          value: z.base64().optional(),
          headers: z.array(z.record(z.string(), z.array(signedByte))).default([]),
        }),
      ]),
    ),
  }),
})

const fromBase64 = (text: string | undefined) => (text === undefined ? null : Buffer.from(text, 'base64'))

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The name in `arn:aws:lambda:<region>:<account>:function:<name>[:<qualifier>]`. */
const functionNameOf = (arn: string | undefined) => arn?.split(':function:')[1]?.split(':')[0]

/** Parses the document of a Kafka topic as on-failure destination (docs/aws-behaviour.md 2.7). @returns the problem as text when it is none */
export function parseFailedDocument(
  value: Buffer | null,
): Omit<DeadLetter, 'kind' | 'topic' | 'id'> | string {
  const parsed = document.safeParse(parseJson(value?.toString() ?? ''))
  if (!parsed.success) return 'it has no x-dlq- headers and is not an on-failure document of AWS either'
  const { requestContext, timestamp, payload, payloadOmitted } = parsed.data
  const [[name, [record]] = ['', [undefined]]] = Object.entries(payload.records)
  if (record === undefined) return 'its payload contains no record'
  const topic = record.topic ?? name.slice(0, name.lastIndexOf('-'))
  const { partition, offset } = record
  return {
    reason: requestContext.condition,
    attempts: requestContext.approximateInvokeCount,
    at: timestamp,
    service: functionNameOf(requestContext.functionArn),
    original: {
      topic,
      partition,
      offset: BigInt(offset),
      key: fromBase64(record.key),
      value: payloadOmitted ? null : fromBase64(record.value),
      headers: record.headers.flatMap((header) =>
        Object.entries(header).map(([key, bytes]) => ({ key, value: Buffer.from(bytes) })),
      ),
    },
    ...(payloadOmitted && { problem: omittedProblem(topic, partition, offset) }),
  }
}
