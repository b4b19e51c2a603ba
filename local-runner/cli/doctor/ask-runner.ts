import * as z from 'zod'
import type { LiveMapping } from './facts.ts'

const failure = z.object({
  kind: z.string(),
  offset: z.number(),
  retries: z.number(),
  invocations: z.number(),
  forMs: z.number(),
  reason: z.string(),
  loggedError: z.string().optional(),
})

const report = z.object({
  kafkaBrokers: z.array(z.string()),
  redisUrl: z.string(),
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
          lastFailure: failure.optional(),
        }),
      ),
    }),
  ),
})

const LIMIT_MS = 3000
/** Room for a thousand mappings; another server may be on the port. */
const MAX_BYTES = 16_000_000

export interface RunnerReport {
  readonly kafkaBrokers: readonly string[]
  /** Without a login. */
  readonly redisUrl: string
  readonly findLive: (functionName: string, consumerGroupId: string) => LiveMapping | undefined
}

/** `silent`: something is on the port that does not answer as a runner does, for this reason. */
export type RunnerAnswer =
  | { readonly kind: 'running'; readonly report: RunnerReport }
  | { readonly kind: 'none' }
  | { readonly kind: 'silent'; readonly why: string }

/** Asks the running runner for its servers and mappings. */
export async function askRunner(apiUrl: string): Promise<RunnerAnswer> {
  try {
    const signal = AbortSignal.timeout(LIMIT_MS)
    const response = await fetch(`${apiUrl}/mappings`, { signal })
    const parsed = report.safeParse(JSON.parse(await readText(response)))
    if (!parsed.success) return { kind: 'silent', why: `it answers ${response.status}, not as a runner does` }
    const { items, ...servers } = parsed.data
    const findLive: RunnerReport['findLive'] = (functionName, consumerGroupId) =>
      items.find((one) => one.functionName === functionName && one.consumerGroupId === consumerGroupId)
    return { kind: 'running', report: { ...servers, findLive } }
  } catch (error) {
    // Node's fetch: nobody listens.
    if (error instanceof TypeError && isRefused(error.cause)) return { kind: 'none' }
    if (error instanceof DOMException && error.name === 'TimeoutError')
      return { kind: 'silent', why: `no answer in ${LIMIT_MS / 1000} s` }
    return { kind: 'silent', why: error instanceof Error ? error.message : String(error) }
  }
}

const isRefused = (cause: unknown) =>
  cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED'

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  const body: AsyncIterable<Uint8Array> | readonly Uint8Array[] = response.body ?? []
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > MAX_BYTES) throw new Error(`its answer is longer than ${MAX_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
