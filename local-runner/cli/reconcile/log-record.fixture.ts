import type { LogRecord } from './topic-reader.ts'

interface Effect {
  readonly elsewhere?: boolean
  readonly readable?: boolean
}

/** A record that tells a fake function what it is to do with it. */
export const logRecord = (
  place: string,
  id?: string,
  { elsewhere = false, readable = true }: Effect = {},
): LogRecord => {
  const json = JSON.stringify({ place, elsewhere, readable })
  const event = {
    partition: 0,
    offset: 0n,
    timestamp: '0',
    timestampMs: 0,
    key: null,
    json,
    jsonBytes: json.length,
  }
  return { place, id, event: { ...event, rejection: undefined } }
}

export const toPayload = (records: readonly LogRecord[]): string =>
  `[${records.map(({ event }) => event.json).join(',')}]`
