import { cutToBytes } from './cut-text.ts'

export type Fields = Readonly<Record<string, unknown>>
type Write = (message: string, fields?: Fields) => void

export interface Log {
  readonly info: Write
  readonly warn: Write
  readonly error: Write
}

const MAX_TEXT_BYTES = 2000
/** A log holds what others have written, such as a record's error. Lambda's JSON format quotes a line again: then up to 16 kB. */
const MAX_LINE_BYTES = 7500
const BEGINNING_BYTES = 2500

/** JSON lines through `console`: Lambda adds time and request id, also with several invocations in one environment. */
export function createLogger(service: string): Log {
  const write =
    (level: 'info' | 'warn' | 'error'): Write =>
    (message, fields) =>
      console[level](toLine({ service, message, ...fields }))
  return { info: write('info'), warn: write('warn'), error: write('error') }
}

function toLine(entry: Fields): string {
  const line = JSON.stringify(entry, spellOut)
  const bytes = Buffer.byteLength(line)
  if (bytes <= MAX_LINE_BYTES) return line
  const { service, message } = entry
  // As text, because JSON that is cut is not JSON any more.
  const cut = { cutFromBytes: bytes, beginning: cutToBytes(line, BEGINNING_BYTES) }
  return JSON.stringify({ service, message: cutToBytes(String(message), 300), ...cut })
}

/** Cuts long texts, and spells errors out: JSON.stringify turns an Error into {}, as its properties are not enumerable. */
function spellOut(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return cutToBytes(value, MAX_TEXT_BYTES)
  if (!(value instanceof Error)) return value
  const { name, message, stack, cause } = value
  return { ...value, name, message, stack, ...(cause !== undefined && { cause }) }
}
