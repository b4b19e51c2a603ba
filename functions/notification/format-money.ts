import { code as findCurrency } from 'currency-codes'

/**
 * `EUR 25.98` for 2598 and `EUR`. The decimals are those of ISO 4217 (JPY 0, KWD 3), by which a minor unit is defined; Intl
 * has those of cash (HUF 0). Digits are moved as text, so none is rounded. For an unknown code the amount is shown in minor
 * units: better than no mail.
 */
export function formatMoney(minor: number, currency: string): string {
  const decimals = findCurrency(currency)?.digits
  if (decimals === undefined) return `${minor} (minor units of ${currency})`
  const digits = String(minor).padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals)
  return `${currency} ${whole}${decimals > 0 ? `.${digits.slice(-decimals)}` : ''}`
}
