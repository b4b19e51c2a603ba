import { loadInternal } from './internals.ts'

export interface Header {
  readonly key: string
  /** null: a header without a value. */
  readonly value: Buffer | null
}

interface Decoder {
  readonly readVarIntArray: (this: unknown, reader: unknown) => unknown[]
}

const HEADER_LIST = Symbol('headers in their order')

function isDecoderClass(value: unknown): value is { readonly prototype: Decoder } {
  if (typeof value !== 'function') return false
  const prototype: unknown = value.prototype
  return typeof prototype === 'object' && prototype !== null && 'readVarIntArray' in prototype
}

/** The headers of a record in the order of the log; kafkajs groups them by name. */
export function headersInOrder(headers: object | undefined): readonly Header[] | undefined {
  if (headers === undefined || !(HEADER_LIST in headers)) return undefined
  return headers[HEADER_LIST] as readonly Header[] // set below and nowhere else
}

/**
 * kafkajs 2.2.4 reduces a record's list of headers to an object, which loses the order across names. The list comes from
 * `readVarIntArray`, which has no other use: after this patch the object also carries the list.
 * @throws Error when this version of kafkajs decodes records differently
 */
export function keepHeaderOrder(): void {
  const decoder: unknown = loadInternal('protocol/decoder')
  if (!isDecoderClass(decoder)) {
    throw new Error('kafkajs has no Decoder.readVarIntArray: see how this version decodes headers')
  }
  const { readVarIntArray } = decoder.prototype
  Object.assign(decoder.prototype, {
    readVarIntArray(this: unknown, reader: unknown) {
      const list = readVarIntArray.call(this, reader)
      return Object.assign(list, { reduce: () => toHeaders(list as readonly Header[]) })
    },
  })
}

function toHeaders(list: readonly Header[]): object {
  const headers = Object.fromEntries(
    [...Map.groupBy(list, ({ key }) => key)].map(([key, same]) => {
      const values = same.map(({ value }) => value)
      return [key, values.length === 1 ? values[0] : values]
    }),
  )
  Object.defineProperty(headers, HEADER_LIST, { value: list })
  return headers
}
