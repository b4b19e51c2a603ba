import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

export interface ConfirmDeps {
  /** What a yes means, in whole sentences. */
  readonly warning: string
  readonly question: string
  /** --yes was given. */
  readonly isYes: boolean
  readonly input: Readable & { readonly isTTY?: boolean }
  readonly output: { readonly write: (text: string) => unknown }
}

/** Asks before something is done that cannot be undone. @throws Error where there is neither a terminal nor --yes */
export async function confirm({ warning, question, isYes, input, output }: ConfirmDeps): Promise<boolean> {
  if (!isYes && input.isTTY !== true) {
    throw new Error(
      `${warning} Nobody can be asked here, as this is no terminal: add --yes if that is what you want.`,
    )
  }
  output.write(`${warning}\n`)
  if (isYes) return true
  output.write(`${question} [y/N] `)
  // Not as a terminal: Ctrl-C then ends the process as everywhere else.
  const lines = createInterface({ input, terminal: false })
  for await (const line of lines) return /^y(es)?$/i.test(line.trim())
  return false
}
