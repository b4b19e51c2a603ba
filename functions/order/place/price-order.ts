import { AppError } from '../../../shared/errors.ts'
import { type InputProblem, invalidInput } from '../../../shared/validation.ts'
import type { PricedOrder } from '../orders/order.ts'
import type { OrderRequest } from './order-request.ts'

/** One SKU in the catalogue; quantities in units, the price in the currency's minor unit. */
export interface CatalogueItem {
  readonly priceMinor: number
  readonly currency: string
  readonly available: number
}

/**
 * Prices the request from the catalogue, never from the client.
 * @throws AppError `unknown_sku` or `validation_failed`, both 422.
 */
export function priceOrder(
  request: OrderRequest,
  catalogue: ReadonlyMap<string, CatalogueItem>,
): PricedOrder {
  const unknown = request.lines.filter((line) => !catalogue.has(line.sku))
  if (unknown.length > 0) {
    throw new AppError(
      'invalid',
      'unknown_sku',
      `Not in the catalogue: ${unknown.map((line) => line.sku).join(', ')}`,
      {
        status: 422,
        extensions: { lines: unknown.map((line) => ({ sku: line.sku })) },
      },
    )
  }
  const items = request.lines.flatMap((line) => {
    const item = catalogue.get(line.sku)
    return item ? [{ ...line, unitPriceMinor: item.priceMinor, currency: item.currency }] : []
  })
  const currencies = [...new Set(items.map((item) => item.currency))]
  // BigInt: 100 lines of 10,000 units can pass 2^53.
  const total = items.reduce((sum, item) => sum + BigInt(item.quantity) * BigInt(item.unitPriceMinor), 0n)
  const problems = [...checkCurrency(request, currencies), ...checkTotal(request, total)]
  const [currency] = currencies
  if (problems.length > 0 || currency === undefined) throw invalidInput(problems)
  return {
    customerId: request.customerId,
    email: request.email ?? placeholderAddress(request.customerId),
    lines: items.map(({ sku, quantity, unitPriceMinor }) => ({ sku, quantity, unitPriceMinor })),
    currency,
    totalMinor: Number(total),
  }
}

/** Always a valid address, as every reader of the event requires one: no dot is doubled or last. */
const placeholderAddress = (customerId: string): string =>
  `${customerId.replaceAll(/[^\w.-]|\.(?=\.|$)/g, '-')}@example.test`

function checkCurrency(request: OrderRequest, currencies: readonly string[]): readonly InputProblem[] {
  if (currencies.length > 1) {
    return [
      {
        pointer: '/lines',
        detail: `one order has one currency; these SKUs have ${currencies.join(' and ')}`,
      },
    ]
  }
  if (request.currency === undefined || request.currency === currencies[0]) return []
  return [
    {
      pointer: '/currency',
      detail: `the catalogue's prices are in ${currencies.join()}, not ${request.currency}`,
    },
  ]
}

function checkTotal(request: OrderRequest, total: bigint): readonly InputProblem[] {
  if (total > BigInt(Number.MAX_SAFE_INTEGER)) {
    return [{ pointer: '/lines', detail: `the total of ${total} minor units is too large` }]
  }
  if (request.totalMinor === undefined || BigInt(request.totalMinor) === total) return []
  return [
    { pointer: '/totalMinor', detail: `by the catalogue the total is ${total}, not ${request.totalMinor}` },
  ]
}
