import * as z from 'zod'
import type { LiveMapping } from './facts.ts'

const report = z.object({
  items: z.array(
    z.object({
      functionName: z.string(),
      consumerGroupId: z.string(),
      status: z.string(),
      recordsFetched: z.number(),
      recordsFiltered: z.number(),
      lastError: z.string().optional(),
      partitions: z.array(
        z.object({
          partition: z.number(),
          buffered: z.number(),
          windowLeftMs: z.number().optional(),
          lastFailure: z.object({ offset: z.number(), retries: z.number(), reason: z.string() }).optional(),
        }),
      ),
    }),
  ),
})

export type FindLive = (functionName: string, consumerGroupId: string) => LiveMapping | undefined

/** The running runner's report of its mappings; finds none when no runner answers. */
export async function askRunner(apiUrl: string): Promise<FindLive> {
  const response = await fetch(`${apiUrl}/mappings`).catch(() => undefined)
  if (response === undefined) return () => undefined
  const { items } = report.parse(await response.json())
  return (functionName, consumerGroupId) =>
    items.find((one) => one.functionName === functionName && one.consumerGroupId === consumerGroupId)
}
