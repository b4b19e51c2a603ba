import { headersInOrder } from './header-order.ts'

interface SizedRecord {
  readonly key: Buffer | null
  readonly value?: Buffer | null
  readonly headers?: object
}

/**
 * Of all partitions in one fetch, unpacked. The broker counts what it has stored, of which a hundredth may be that much, and no
 * heartbeat is sent while a fetch is read.
 */
const MAX_FETCH_BYTES = 32_000_000
/** What a record costs however small it is, so that a fetch has 200,000 at most. */
const RECORD_BYTES = 160

/** By the reader of a fetch's bytes, which is one for all its partitions. */
const spent = new WeakMap<object, number>()

/** Whether another batch may be read. The first always may, so each fetch gets further, and it comes whole. */
export const isWithinBudget = (fetch: object): boolean => (spent.get(fetch) ?? 0) < MAX_FETCH_BYTES

export function spendOn(fetch: object, records: readonly SizedRecord[]): void {
  spent.set(
    fetch,
    records.reduce((sum, record) => sum + sizeOf(record), spent.get(fetch) ?? 0),
  )
}

/** A batch that cannot be read may have been unpacked first, and no record tells how large it was. */
export const spendAll = (fetch: object): void => void spent.set(fetch, MAX_FETCH_BYTES)

function sizeOf({ key, value, headers }: SizedRecord): number {
  let size = RECORD_BYTES + (key?.length ?? 0) + (value?.length ?? 0)
  for (const header of headersInOrder(headers) ?? []) {
    size += RECORD_BYTES + header.key.length + (header.value?.length ?? 0)
  }
  return size
}
