import { join } from 'node:path'
import type { Java } from './java-server.ts'
import { runCommand } from './run-command.ts'

const OLDEST_MAJOR = 17

export interface Search<Found> {
  readonly found?: Found
  /** What there is instead, for the message; '' when it was found. */
  readonly instead: string
}

/** `openjdk version "17.0.15" 2025-04-15` → 17.0.15 */
export const toJavaVersion = (output: string): string | undefined => /version "([^"]+)"/.exec(output)?.[1]

/** Homebrew's Java, which its Maven depends on, is not on the PATH. */
const HOMEBREW = ['/opt/homebrew/opt/openjdk/bin/java', '/usr/local/opt/openjdk/bin/java']

/** Finds a Java that runs both Kafka releases: JAVA_HOME first, then the PATH, then Homebrew's. */
export async function findJava(javaHome: string | undefined): Promise<Search<Java>> {
  const candidates = [...(javaHome ? [join(javaHome, 'bin', 'java')] : []), 'java', ...HOMEBREW]
  const tooOld: string[] = []
  for (const file of candidates) {
    const { code, output } = await runCommand(file, ['-version'], { timeoutSeconds: 10 })
    const version = code === 0 ? toJavaVersion(output) : undefined
    if (!version) continue
    if (Number.parseInt(version, 10) >= OLDEST_MAJOR) return { found: { file, version }, instead: '' }
    tooOld.push(`${file} is Java ${version}`)
  }
  return { instead: tooOld.join(', ') || 'not found' }
}
