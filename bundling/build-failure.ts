import { type BuildFailure, formatMessages } from 'esbuild'
import { loaderHint } from './loader-hint.ts'

const isBuildFailure = (error: unknown): error is BuildFailure => error instanceof Error && 'errors' in error

/** What a failed build says: for each error in the code its file, line and code frame. */
export async function describeBuildFailure(error: unknown): Promise<string> {
  if (!isBuildFailure(error)) return error instanceof Error ? error.message : String(error)
  const texts = await formatMessages(error.errors, { kind: 'error' })
  const hints = new Set(error.errors.flatMap((message) => loaderHint(message) ?? []))
  return [texts.join('').trim(), ...hints].join('\n\n')
}
