import * as z from 'zod'

/** The worker's start data. */
export interface WorkerSetup {
  /** Absolute. */
  readonly compileCacheDirectory: string
  readonly multiConcurrent: boolean
  readonly functionArn: string
  /** Characters of output that the worker has posted and the runner has not read yet, in its one element. */
  readonly unread: Int32Array<SharedArrayBuffer>
}

/** Runner to worker, once and first: what to load. */
export interface LoadMessage {
  /** Absolute. */
  readonly taskRoot: string
  readonly handler: string
  readonly logStreamName: string
}

/** Runner to worker: the caller of this invocation has taken a chunk of it. */
export interface ChunkTaken {
  readonly chunkTaken: string
  readonly bytes: number
}

const functionError = z.object({
  errorType: z.string(),
  errorMessage: z.string(),
  trace: z.array(z.string()),
})

const workerMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('waiting') }),
  z.object({ type: z.literal('ready'), usedMemoryBytes: z.number() }),
  z.object({ type: z.literal('init-error'), error: functionError }),
  z.object({ type: z.literal('log'), requestId: z.string().optional(), line: z.string() }),
  z.object({ type: z.literal('output'), text: z.string() }),
  z.object({
    type: z.literal('result'),
    requestId: z.string(),
    payload: z.string(),
    usedMemoryBytes: z.number(),
  }),
  z.object({
    type: z.literal('chunk'),
    requestId: z.string(),
    bytes: z.instanceof(Uint8Array),
    contentType: z.string(),
  }),
  // Its handler may still run.
  z.object({ type: z.literal('stream-end'), requestId: z.string() }),
  z.object({
    type: z.literal('error'),
    requestId: z.string(),
    error: functionError,
    usedMemoryBytes: z.number(),
  }),
])

/** Worker to runner. */
export type WorkerMessage = z.input<typeof workerMessage>

/** Undefined for a foreign message: function code can reach `parentPort` too. */
export const parseWorkerMessage = (value: unknown) => workerMessage.safeParse(value).data
