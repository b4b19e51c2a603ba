import { spawn } from 'node:child_process'

export interface CommandResult {
  /** Exit code; undefined when the program was not found, was killed or reached the time limit. */
  readonly code: number | undefined
  /** Standard output and standard error, interleaved. */
  readonly output: string
}

/** Runs a program to its end and keeps its output. Never rejects: a program that is not found is a result too. */
export async function runCommand(
  file: string,
  args: readonly string[],
  { timeoutSeconds, directory }: { readonly timeoutSeconds: number; readonly directory?: string },
): Promise<CommandResult> {
  return await new Promise((resolve) => {
    const child = spawn(file, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutSeconds * 1000,
      killSignal: 'SIGKILL',
      ...(directory && { cwd: directory }),
    })
    let output = ''
    const keep = (chunk: Buffer) => (output += chunk.toString())
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.once('error', (error) => resolve({ code: undefined, output: error.message }))
    child.once('close', (code) => resolve({ code: code ?? undefined, output }))
  })
}

/** The last lines of a program's output, as an error message quotes them. */
export const lastLines = (text: string, count = 15): string =>
  text.trimEnd().split('\n').slice(-count).join('\n')
