import * as z from 'zod'
import type { RunnerProcess } from './runner-process.ts'

const answer = z.looseObject({})

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown>
}

const order = z.looseObject({ orderId: z.string(), status: z.string() })
const stock = z.looseObject({
  onHand: z.number(),
  reserved: z.number(),
  available: z.number(),
  sold: z.number(),
})
const notifications = z.looseObject({
  items: z.array(z.looseObject({ eventId: z.string(), type: z.string(), status: z.string() })),
})
const mails = z.looseObject({ items: z.array(z.looseObject({ subject: z.string() })) })
const summary = z.looseObject({
  orders: z.object({ placed: z.number(), confirmed: z.number(), cancelled: z.number() }),
  units: z.number(),
  revenueMinor: z.record(z.string(), z.number()),
  customers: z.number(),
})

/** What a client of the shop can do, over HTTP. */
export function createShop({ url }: Pick<RunnerProcess, 'url'>) {
  async function call(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(path, init)
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: answer.parse(JSON.parse(text)) }
  }

  return {
    placeOrder: (body: unknown, headers: Readonly<Record<string, string>> = {}) =>
      call(`${url(8081)}/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    order: async (orderId: string) => order.parse((await call(`${url(8081)}/orders/${orderId}`)).body),
    stock: async (sku: string) => stock.parse((await call(`${url(8082)}/stock/${sku}`)).body),
    createStock: (sku: string, onHand: number) =>
      call(`${url(8082)}/stock/${sku}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', 'if-none-match': '*' },
        body: JSON.stringify({ name: sku, priceMinor: 1299, currency: 'EUR', onHand }),
      }),
    notifications: async (orderId: string) =>
      notifications.parse((await call(`${url(8083)}/notifications?orderId=${orderId}`)).body).items,
    /** Mails in the catcher that are about the order. */
    mailsTo: async (orderId: string) =>
      mails
        .parse((await call(`${url(8080)}/api/mails`)).body)
        .items.filter(({ subject }) => subject.includes(orderId)),
    summary: async () => summary.parse((await call(`${url(8084)}/analytics/summary`)).body),
    call,
  }
}

export type Shop = ReturnType<typeof createShop>
