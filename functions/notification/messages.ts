import { CANCELLED, CONFIRMED, type OrderEvent, PLACED } from '../../shared/orders/order-event.ts'
import type { Message } from './channel.ts'
import { formatMoney } from './format-money.ts'

/** The mail about an order event. */
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
