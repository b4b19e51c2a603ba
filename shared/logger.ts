export type Fields = Readonly<Record<string, unknown>>
type Write = (message: string, fields?: Fields) => void

export interface Log {
  readonly info: Write
  readonly warn: Write
  readonly error: Write
}

/** JSON lines through `console`: Lambda adds time and request id, also with several invocations in one environment. */
export function createLogger(service: string): Log {
  const write =
    (level: 'info' | 'warn' | 'error'): Write =>
    (message, fields) =>
      console[level](JSON.stringify({ service, message, ...fields }, spellOutErrors))
  return { info: write('info'), warn: write('warn'), error: write('error') }
}

/** JSON.stringify turns an Error into {}: its properties are not enumerable. */
function spellOutErrors(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value
  const { name, message, stack, cause } = value
  return { ...value, name, message, stack, ...(cause !== undefined && { cause }) }
}
