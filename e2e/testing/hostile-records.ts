import { placed } from '../../shared/testing/placed-event.ts'

/** A record that no function can read as an event. */
export interface HostileRecord {
  readonly key: string | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, string>>
}

const line = placed.lines[0]
const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
const event = (changes: Readonly<Record<string, unknown>>) => bytes({ ...placed, ...changes })
const zeros = (count: number) => event({ lines: Array(count).fill(0) })

/** What producers that are broken, or mean harm, send: the value by what is wrong with it. */
const VALUES: Readonly<Record<string, Buffer | null>> = {
  'a tombstone': null,
  nothing: bytes(''),
  text: bytes('this is not JSON'),
  'cut JSON': event({}).subarray(0, 40),
  'not UTF-8': Buffer.from([0xff, 0xfe, 0x00, 0x80]),
  'a number': bytes('42'),
  'an array': bytes([]),
  'deep nesting': bytes('['.repeat(10_000) + ']'.repeat(10_000)),
  'zeros as lines': zeros(10_000),
  'no lines': event({ lines: [] }),
  '101 lines': event({ lines: Array(101).fill(line) }),
  'a line without SKU': event({ lines: [{ quantity: 1, unitPriceMinor: 1 }] }),
  'a quantity below 0': event({ lines: [{ ...line, quantity: -1 }] }),
  'a huge quantity': event({ lines: [{ ...line, quantity: 1e15 }] }),
  'half a cent': event({ totalMinor: 0.5 }),
  'a long id': event({ customerId: 'c'.repeat(20_000) }),
  'an id with braces': event({ orderId: '{o:1}:o', eventId: '{o:1}:o:1' }),
  "another order's event id": event({ orderId: 'email', eventId: 'of' }),
  'members called __proto__': bytes(`{"__proto__":{"type":"x"},"constructor":{"prototype":{}}}`),
  'a date that is none': event({ placedAt: '2026-02-31T25:00:00Z' }),
}

export const HOSTILE_SHAPES = Object.keys(VALUES)

/** Tells a hostile record from an event, so that a test need not parse it. */
export const HOSTILE_HEADER = 'hostile'
const mark = { [HOSTILE_HEADER]: 'yes' }
const manyHeaders = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`h${index}`, 'x']))

/** The shapes in turn, spread over the partitions by their keys; some without key, some with many headers. */
export function hostileRecord(index: number): HostileRecord {
  const shape = HOSTILE_SHAPES[index % HOSTILE_SHAPES.length] ?? ''
  return {
    key: index % 5 === 0 ? null : `hostile-${index}`,
    value: VALUES[shape] ?? null,
    headers: index % 7 === 0 ? { ...manyHeaders, ...mark } : mark,
  }
}

/** Small when compressed: 4 MB of zeros where the lines should be. */
export const compressedZeros: HostileRecord = { key: 'zeros', value: zeros(2_000_000), headers: mark }
/** As large as a record may be without compression. */
export const megabyteOfZeros: HostileRecord = { key: 'megabyte', value: zeros(470_000), headers: mark }
