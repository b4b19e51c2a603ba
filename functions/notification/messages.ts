import { CANCELLED, CONFIRMED, type OrderEvent, PLACED } from '../../shared/orders/order-event.ts'
import type { Message } from './channel.ts'

/** What the customer is told about an order event. */
export function toMessage(event: OrderEvent): Message {
  const { subject, opening } = wording(event)
  return { to: event.email, subject, text: `${[opening, '', ...summary(event)].join('\n')}\n` }
}

function wording(event: OrderEvent): { readonly subject: string; readonly opening: string } {
  const { orderId, type, reason } = event
  switch (type) {
    case PLACED:
      return {
        subject: `We have received your order ${orderId}`,
        opening: 'Thank you for your order. We will write again when it is confirmed.',
      }
    case CONFIRMED:
      return { subject: `Your order ${orderId} is confirmed`, opening: 'Your order is confirmed.' }
    case CANCELLED:
      return {
        subject: `Your order ${orderId} is cancelled`,
        opening:
          reason === 'stock_lost'
            ? 'We are sorry: we could not supply your order and have cancelled it.'
            : 'Your order is cancelled.',
      }
  }
}

const summary = ({ orderId, lines, currency, totalMinor }: OrderEvent): readonly string[] => [
  `Order ${orderId}`,
  ...lines.map(
    ({ sku, quantity, unitPriceMinor }) =>
      `  ${quantity} x ${sku} at ${formatMoney(unitPriceMinor, currency)}`,
  ),
  `Total ${formatMoney(totalMinor, currency)}`,
]

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
