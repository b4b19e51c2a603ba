import type { IHeaders } from 'kafkajs'
import type { Header } from './header-order.ts'

/**
 * Headers that kafkajs 2.2.4 writes in the order of the list. It takes an object, which groups them by name; but of an array
 * under a name it writes what its `map` returns, so here each header is such an array, whose `map` gives its real name.
 * A header without a value becomes an empty one, because kafkajs fails to measure null.
 */
export function toOrderedHeaders(list: readonly Header[]): IHeaders {
  const pairs = list.map(({ key, value }) => {
    const written = { key, value: value ?? Buffer.alloc(0) }
    return Object.assign([written.value], { map: () => [written] })
  })
  return Object.fromEntries(pairs.entries())
}
