import { type BuildFailure, formatMessages } from 'esbuild'

const isBuildFailure = (error: unknown): error is BuildFailure => error instanceof Error && 'errors' in error

/** What a failed build says: for each error in the code its file, line and code frame. */
export async function describeBuildFailure(error: unknown): Promise<string> {
  if (!isBuildFailure(error)) return error instanceof Error ? error.message : String(error)
  return (await formatMessages(error.errors, { kind: 'error' })).join('').trim()
}
