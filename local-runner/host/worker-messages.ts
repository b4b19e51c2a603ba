import * as z from 'zod'

/** What the runner gives a worker thread when it starts. Durations are in ms, paths absolute. */
export interface WorkerSetup {
  readonly taskRoot: string
  readonly handler: string
  readonly compileCacheDirectory: string
  readonly multiConcurrent: boolean
  readonly functionArn: string
}

/** Runner to worker: one invocation. */
export interface InvokeMessage {
  readonly requestId: string
  /** The event as JSON text: posting a string is cheaper than cloning an object. */
  readonly payload: string
  readonly deadlineEpochMs: number
  readonly traceId: string
}

const functionError = z.object({
  errorType: z.string(),
  errorMessage: z.string(),
  trace: z.array(z.string()),
})

const workerMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), usedMemoryBytes: z.number() }),
  z.object({ type: z.literal('init-error'), error: functionError }),
  z.object({ type: z.literal('log'), requestId: z.string().optional(), line: z.string() }),
  z.object({
    type: z.literal('result'),
    requestId: z.string(),
    payload: z.string(),
    usedMemoryBytes: z.number(),
  }),
  z.object({
    type: z.literal('error'),
    requestId: z.string(),
    error: functionError,
    usedMemoryBytes: z.number(),
  }),
])

/** Worker to runner. */
export type WorkerMessage = z.input<typeof workerMessage>

/** Undefined for what is none of ours: function code can reach `parentPort` too. */
export const parseWorkerMessage = (value: unknown) => workerMessage.safeParse(value).data
