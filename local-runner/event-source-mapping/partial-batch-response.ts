import * as z from 'zod'

/** What a response means for its batch; `invalid` fails the whole batch. */
export type BatchResponse =
  | { readonly kind: 'success' }
  | { readonly kind: 'partial'; readonly isFailed: (partition: number, offset: bigint) => boolean }
  | { readonly kind: 'invalid'; readonly reason: string }

const response = z.looseObject({
  batchItemFailures: z
    .array(z.looseObject({ itemIdentifier: z.looseObject({ partition: z.string(), offset: z.int() }) }))
    .nullish(),
})

export interface BatchItem {
  readonly partition: number
  readonly offset: bigint
}

function parseJson(text: string): unknown {
  return text.trim() === '' ? null : JSON.parse(text)
}

/**
 * Reads the response of a function with `ReportBatchItemFailures`. Identifiers are objects
 * `{ partition: "<topic>-<partition>", offset: number }`; any other form, or one that the batch does not have, fails the
 * whole batch (docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html).
 */
export function parseBatchResponse(
  payload: string,
  topic: string,
  batch: readonly BatchItem[],
): BatchResponse {
  let parsed: unknown
  try {
    parsed = parseJson(payload)
  } catch {
    return { kind: 'invalid', reason: 'the response is not JSON' }
  }
  if (parsed === null) return { kind: 'success' }
  const result = response.safeParse(parsed)
  if (!result.success) {
    const [issue] = result.error.issues
    return { kind: 'invalid', reason: `${issue?.path.join('.') || 'the response'}: ${issue?.message}` }
  }
  const failures = result.data.batchItemFailures ?? []
  if (failures.length === 0) return { kind: 'success' }
  const known = new Set(batch.map(({ partition, offset }) => `${topic}-${partition} ${offset}`))
  const failed = new Set<string>()
  for (const { itemIdentifier } of failures) {
    const id = `${itemIdentifier.partition} ${itemIdentifier.offset}`
    if (!known.has(id)) return { kind: 'invalid', reason: `the batch has no record ${id}` }
    failed.add(id)
  }
  return { kind: 'partial', isFailed: (partition, offset) => failed.has(`${topic}-${partition} ${offset}`) }
}
