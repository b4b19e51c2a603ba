import * as z from 'zod'

/** The worker's start data. Paths are absolute. */
export interface WorkerSetup {
  readonly compileCacheDirectory: string
  readonly multiConcurrent: boolean
  readonly functionArn: string
  /** Characters of output and bytes of streams that the worker has posted and the runner has not read yet, in its one element. */
  readonly unread: Int32Array<SharedArrayBuffer>
  /** A module that imports the function's packages; loaded while the worker waits for the function's code. */
  readonly dependencies: string | undefined
}

/** Runner to worker, once and first: what to load. */
export interface LoadMessage {
  /** Absolute. */
  readonly taskRoot: string
  readonly handler: string
  readonly logStreamName: string
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
  z.object({ type: z.literal('chunk'), requestId: z.string(), bytes: z.instanceof(Uint8Array) }),
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
