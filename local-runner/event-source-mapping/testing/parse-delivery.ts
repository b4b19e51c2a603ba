import * as z from 'zod'

export interface Delivered {
  readonly partition: number
  readonly offset: number
  readonly value: string | undefined
}

const event = z.object({
  records: z.record(
    z.string(),
    z.array(z.object({ partition: z.int(), offset: z.int(), value: z.base64().optional() })),
  ),
})

/** What a function sees of an event, partition by partition. */
export function parseDelivery(payload: string): readonly Delivered[] {
  return Object.values(event.parse(JSON.parse(payload)).records)
    .flat()
    .map(({ partition, offset, value }) => ({
      partition,
      offset,
      value: value === undefined ? undefined : Buffer.from(value, 'base64').toString(),
    }))
}
