/**
 * `EUR 25.98` for 2598 and `EUR`: the exponent is the currency's own (JPY 0, KWD 3) and no digit passes through a fraction.
 * What is not a currency code is shown in minor units, because a mail that is late helps nobody.
 */
export function formatMoney(minor: number, currency: string): string {
  if (!/^[A-Za-z]{3}$/.test(currency)) return `${minor} (minor units of ${currency})`
  const exponent = exponentOf(currency)
  const digits = String(minor).padStart(exponent + 1, '0')
  const whole = digits.slice(0, digits.length - exponent)
  return `${currency} ${whole}${exponent > 0 ? `.${digits.slice(-exponent)}` : ''}`
}

// Making a NumberFormat takes longer than the rest of a mail.
const exponents = new Map<string, number>()

function exponentOf(currency: string): number {
  const known = exponents.get(currency)
  if (known !== undefined) return known
  const format = new Intl.NumberFormat('en', { style: 'currency', currency })
  const { maximumFractionDigits: exponent = 2 } = format.resolvedOptions()
  exponents.set(currency, exponent)
  return exponent
}
