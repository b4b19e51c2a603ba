import type { CatalogueItem } from './price-order.ts'
import type { StockHolds } from './stock-holds.ts'

const REMEMBERED_MS = 200

/**
 * A look-up that does not ask Redis again for a SKU that was sold out a moment ago, which spares Redis most of a flash
 * sale. Its memory can only refuse an order, for 200 ms too long; what is sold, and at which price, comes from Redis.
 */
export function rememberSoldOut(lookUp: StockHolds['lookUp'], elapsedMs: () => number): StockHolds['lookUp'] {
  const soldOut = new Map<string, { readonly item: CatalogueItem; readonly untilMs: number }>()
  return async (skus) => {
    const now = elapsedMs()
    const remembered = skus.flatMap((sku) => {
      const found = soldOut.get(sku)
      return found && found.untilMs > now ? [[sku, found.item] as const] : []
    })
    const known = new Map(remembered)
    const asked = await lookUp(skus.filter((sku) => !known.has(sku)))
    for (const [sku, item] of asked) {
      if (item.available > 0) soldOut.delete(sku)
      else soldOut.set(sku, { item, untilMs: elapsedMs() + REMEMBERED_MS })
    }
    return new Map([...known, ...asked])
  }
}
