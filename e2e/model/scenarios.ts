import { canceller, client, consumer, isCancelled, isPlaced, type ModelOrder, sweeper } from './actors.ts'
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

/** Each record comes twice, and two consumers have it at once. */
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
