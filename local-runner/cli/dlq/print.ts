const MAX_LENGTH = 300

export const print = (line: string) => void process.stdout.write(`${line}\n`)

/** Text from a record, which anybody may have written: in one line, bounded, and without codes that steer a terminal. */
export function oneLine(text: string): string {
  const plain = text.slice(0, MAX_LENGTH).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '\u{fffd}')
  return text.length > MAX_LENGTH ? `${plain}…` : plain
}
