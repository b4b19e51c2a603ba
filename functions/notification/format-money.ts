import { code as findCurrency } from 'currency-codes'

/** What the package lacks and Intl may lack (XCG is of 2025) or has as in cash (SLL was withdrawn in 2024). */
const OTHER_DECIMALS = new Map([
  ['XCG', 2],
  ['SLL', 2],
])

const names = new Intl.DisplayNames('en', { type: 'currency', fallback: 'none' })

/**
 * `EUR 25.98` for 2598 and `EUR`. The decimals are those of ISO 4217 (JPY 0, KWD 3), by which a minor unit is defined. Digits
 * are moved as text, so none is rounded. For an unknown code the amount is shown in minor units: better than no mail.
 */
export function formatMoney(minor: number, currency: string): string {
  const decimals =
    findCurrency(currency)?.digits ?? OTHER_DECIMALS.get(currency) ?? withdrawnDecimals(currency)
  if (decimals === undefined) return `${minor} (minor units of ${currency})`
  const digits = String(minor).padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals)
  return `${currency} ${whole}${decimals > 0 ? `.${digits.slice(-decimals)}` : ''}`
}

/**
 * Of a code that only old events have, such as HRK. Only for these are Intl's decimals good enough: they are those of cash,
 * which differ for many a code that is in use (HUF 0).
 */
function withdrawnDecimals(currency: string): number | undefined {
  if (!/^[A-Z]{3}$/.test(currency) || names.of(currency) === undefined) return undefined
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits
}
