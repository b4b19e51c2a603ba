import type { Finding } from './finding.ts'

const INDENT = '    '

/** Words on lines of at most `columns`, each after its indent. */
function wrap(text: string, columns: number, first: string, other: string): readonly string[] {
  const lines: string[] = []
  let line = first
  let isEmpty = true
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > columns) {
      lines.push(line)
      line = other
      isEmpty = true
    }
    line += isEmpty ? word : ` ${word}`
    isEmpty = false
  }
  return [...lines, line]
}

/** What was examined and what was found, as lines of a terminal. */
export function reportLines(
  subject: string,
  findings: readonly Finding[],
  columns: number,
): readonly string[] {
  const below = findings.flatMap(({ what, fix, commands = [] }) => [
    ...wrap(/[.!?…]$/.test(what) ? what : `${what}.`, columns, INDENT, INDENT),
    ...wrap(fix, columns, `${INDENT}-> `, `${INDENT}   `),
    ...commands.map((command) => `${INDENT}   ${command}`),
  ])
  return [`${findings.length === 0 ? 'ok' : 'no'}  ${subject}`, ...below]
}
