import type { HttpResponse } from '../http/response.ts'
import { apiError, validationError, violation } from './api-error.ts'

const MOST_ITEMS = 10_000

function constraintOf(items: number): string | undefined {
  if (items < 1) return 'have value greater than or equal to 1'
  return items > MOST_ITEMS ? `have value less than or equal to ${MOST_ITEMS}` : undefined
}

/**
 * One page of a list: `MaxItems` of it, at most `largestPage`; `Marker` is the last key of the page before.
 * @param items sorted by key
 */
export function pageOf<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  query: URLSearchParams,
  largestPage: number,
): { readonly page: readonly Item[]; readonly next: object } | { readonly refusal: HttpResponse } {
  const text = query.get('MaxItems') ?? String(largestPage)
  if (!/^-?\d{1,9}$/.test(text)) {
    return { refusal: apiError(400, 'SerializationException', 'MaxItems is no whole number.') }
  }
  const constraint = constraintOf(Number(text))
  if (constraint !== undefined) return { refusal: validationError([violation(text, 'maxItems', constraint)]) }
  const marker = query.get('Marker') ?? ''
  const rest = items.filter((item) => keyOf(item) > marker)
  const page = rest.slice(0, Math.min(Number(text), largestPage))
  const last = page.at(-1)
  return { page, next: last && rest.length > page.length ? { NextMarker: keyOf(last) } : {} }
}
