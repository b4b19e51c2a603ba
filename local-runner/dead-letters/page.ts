import type { Found } from './dead-letter.ts'
import { recordBytes } from './record-bytes.ts'

const PAGE_BYTES = 4_000_000

export interface Page {
  readonly items: readonly Found[]
  /** The id behind which the next page begins; undefined at the end. */
  readonly next: string | undefined
}

/** The first dead letters, as many as `limit` and PAGE_BYTES allow, and at least one. */
export async function readPage(found: AsyncIterable<Found>, limit: number): Promise<Page> {
  const items: Found[] = []
  let bytes = 0
  for await (const one of found) {
    if (items.length >= limit || bytes >= PAGE_BYTES) return { items, next: items.at(-1)?.id }
    items.push(one)
    if ('original' in one) bytes += recordBytes(one.original)
  }
  return { items, next: undefined }
}
