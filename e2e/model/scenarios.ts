import { CANCELLED, type OrderEvent, PLACED } from '../../shared/orders/order-event.ts'
import {
  canceller,
  client,
  consumer,
  forger,
  isCancelled,
  isPlaced,
  type ModelOrder,
  sweeper,
} from './actors.ts'
import type { Scenario } from './explore.ts'

const order: ModelOrder = {
  orderId: 'o-1',
  lines: [
    { sku: 'pot', quantity: 1 },
    { sku: 'tea', quantity: 1 },
  ],
}
/** Wants the same last pot. */
const rival: ModelOrder = { orderId: 'o-2', lines: [{ sku: 'pot', quantity: 1 }] }

const skus = ['pot', 'tea']
const stock = { pot: 1, tea: 1 }
const [first, repeated] = [client('first request', order), client('repeated request', order)]
const sweep = sweeper('sweeper', order)
const placed = consumer('consumer of placed', order, isPlaced)
const cancelled = consumer('consumer of cancelled', order, isCancelled)
const cancel = canceller('cancelling client', order)
const clients = { [first.name]: order, [repeated.name]: order, [cancel.name]: order }
const one = { orders: [order], skus, stock, clients }

/** Two attempts of one order, the sweeper, a cancellation, and the stock function with both events. */
export const fullScenario: Scenario = { ...one, actors: [first, repeated, sweep, placed, cancel, cancelled] }

export const plenty: Scenario = { ...fullScenario, stock: { pot: 2, tea: 2 } }

export const twoSweepers: Scenario = {
  ...one,
  actors: [first, repeated, sweep, sweeper('other sweeper', order)],
}

/** Each record is delivered twice, to two consumers at once. */
export const redelivery: Scenario = {
  ...one,
  actors: [
    first,
    placed,
    consumer('consumer of placed again', order, isPlaced),
    cancel,
    cancelled,
    consumer('consumer of cancelled again', order, isCancelled),
  ],
}

const rivalClient = client('rival', rival)
export const lastUnit: Scenario = {
  orders: [order, rival],
  skus,
  stock,
  clients: { ...clients, [rivalClient.name]: rival },
  actors: [first, repeated, sweep, rivalClient],
}

/** As near to the true events as somebody can guess who has never seen one. */
const guessed: OrderEvent = {
  ...{ schemaVersion: 1, type: PLACED, orderId: 'o-1', eventId: 'o-1:1', sequence: 1, attempt: 1 },
  ...{ occurredAt: '1970-01-01T00:00:00.000Z', placedAt: '1970-01-01T00:00:00.000Z' },
  ...{ customerId: 'c-1', email: 'c-1@example.test', currency: 'EUR', totalMinor: 900 },
  lines: order.lines.map((line) => ({ ...line, unitPriceMinor: 450 })),
}
const guessedCancellation: OrderEvent = { ...guessed, type: CANCELLED, eventId: 'o-1:2', sequence: 2 }
const invented: OrderEvent = { ...guessed, orderId: 'o-9', eventId: 'o-9:1' }

/** Forged events of an order at every point of its life, and of one that was never placed. */
export const forgeries: Scenario = {
  ...one,
  actors: [
    first,
    sweep,
    placed,
    forger('forged placed', guessed),
    forger('forged cancelled', guessedCancellation),
    forger('forged placed of no order', invented),
  ],
}
