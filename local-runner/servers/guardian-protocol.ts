import * as z from 'zod'

// JSON lines: orders go to the guardian's standard input, reports come from its standard output.

export const guardianOrder = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    name: z.string(),
    file: z.string(),
    args: z.array(z.string()),
    environment: z.record(z.string(), z.string()),
    logFile: z.string(),
    /** Renamed after a clean exit, removed after a kill. */
    archive: z.object({ writtenAs: z.string(), keptAs: z.string() }).optional(),
  }),
  /** A command to run at the end, for servers that are not child processes: containers. */
  z.object({
    type: z.literal('atEnd'),
    name: z.string(),
    file: z.string(),
    args: z.array(z.string()),
    directory: z.string(),
  }),
])

export const guardianReport = z.discriminatedUnion('type', [
  z.object({ type: z.literal('started'), name: z.string(), pid: z.number() }),
  /** The program has ended, or could not be started. */
  z.object({ type: z.literal('exited'), name: z.string(), reason: z.string() }),
])

export type GuardianOrder = z.infer<typeof guardianOrder>
export type GuardianReport = z.infer<typeof guardianReport>
export type StartOrder = Extract<GuardianOrder, { type: 'start' }>
