import {
  intentsKey,
  orderKey,
  orderOutboxKey,
  orderShard,
  stockKey,
  watchListKey,
} from '../../shared/orders/keys.ts'
import { CANCELLED } from '../../shared/orders/order-event.ts'
import { eventsOf, type ModelOrder } from './actors.ts'
import type { Content, Keys } from './executor.ts'

const ACCEPTED = ['ACCEPTED', 'CONFIRMED', 'CANCELLED']

export interface Model {
  readonly orders: readonly ModelOrder[]
  readonly skus: readonly string[]
}

const ledgerOf = (sku: string, keys: Keys): Content =>
  Object.entries(keys).find(([key]) => key.startsWith(`{s:${sku}}:led:`))?.[1] ?? {}
const stateOf = ({ orderId }: ModelOrder, keys: Keys) => keys[orderKey(orderId)]?.st
const numberOf = (sku: string, field: string, keys: Keys) => Number(keys[stockKey(sku)]?.[field])

/** What must hold at every moment (docs/order-protocol.md 12). */
export function violationsNow({ orders, skus }: Model, keys: Keys): readonly string[] {
  return [
    ...skus.flatMap((sku) => {
      const [onHand = 0, reserved = 0, sold = 0, received = 0] = [
        'onHand',
        'reserved',
        'sold',
        'received',
      ].map((field) => numberOf(sku, field, keys))
      const entries = Object.values(ledgerOf(sku, keys)).map((entry) => entry.split(':'))
      const held = entries
        .filter(([letter]) => letter === 'R')
        .reduce((sum, [, quantity]) => sum + Number(quantity), 0)
      return [
        ...(onHand + sold === received
          ? []
          : [`I1 ${sku}: ${onHand} on hand + ${sold} sold is not ${received}`]),
        ...(reserved >= 0 && reserved <= onHand ? [] : [`I2 ${sku}: ${reserved} reserved of ${onHand}`]),
        ...(reserved === held ? [] : [`I3 ${sku}: ${reserved} reserved, but orders hold ${held}`]),
      ]
    }),
    ...orders.flatMap((order) => {
      const state = stateOf(order, keys) ?? ''
      const letters = order.lines.map(({ sku }) => ledgerOf(sku, keys)[order.orderId]?.[0] ?? '-').join('')
      const isHeld = state === 'ACCEPTED' ? /^[RD]+$/ : state === 'CONFIRMED' ? /^D+$/ : /^/
      const events = eventsOf(order.orderId, keys)
      const hasEvents = events.length > 0
      const unread = Object.keys(keys[orderOutboxKey(order.orderId)] ?? {}).some((field) => field !== 'p')
      const isWatched = keys[watchListKey(orderShard(order.orderId))]?.[order.orderId] !== undefined
      const isPromiseBroken = events.some(({ type, reason }) => type === CANCELLED && reason !== 'customer')
      return [
        ...(isHeld.test(letters) ? [] : [`I4 ${order.orderId} is ${state}, but its lines are ${letters}`]),
        ...(isPromiseBroken ? [`I7 ${order.orderId} was cancelled, and no client asked`] : []),
        ...(hasEvents === ACCEPTED.includes(state)
          ? []
          : [`I8 ${order.orderId} is ${state} with ${events.length} events`]),
        ...(unread === isWatched
          ? []
          : [`${order.orderId} has unread events: ${unread}, watched: ${isWatched}`]),
      ]
    }),
  ]
}

/** What must hold once everything is repaired and read. */
export function violationsAtRest(model: Model, keys: Keys): readonly string[] {
  const states = model.orders.map((order) => ({ order, state: stateOf(order, keys) }))
  return [
    ...violationsNow(model, keys),
    ...model.skus.flatMap((sku) => {
      const sold = states
        .filter(({ state }) => state === 'CONFIRMED')
        .flatMap(({ order }) => order.lines.filter((line) => line.sku === sku))
        .reduce((sum, { quantity }) => sum + quantity, 0)
      return [
        ...(numberOf(sku, 'reserved', keys) === 0 ? [] : [`I3 ${sku} is still reserved`]),
        ...(numberOf(sku, 'sold', keys) === sold ? [] : [`I4 ${sku}: not ${sold} sold`]),
      ]
    }),
    ...states.flatMap(({ order: { orderId }, state }) => [
      ...(state === undefined || ['REJECTED', 'ABORTED', 'CONFIRMED', 'CANCELLED'].includes(state)
        ? []
        : [`I6 ${orderId} stays ${state}`]),
      ...(keys[intentsKey(orderShard(orderId))]?.[orderId] === undefined
        ? []
        : [`I13 ${orderId} has an intent`]),
      ...(keys[orderOutboxKey(orderId)] === undefined ? [] : [`I13 ${orderId} is unread`]),
    ]),
  ]
}

/** Where the answer that a client was given disagrees with what is stored. */
export function brokenPromises(order: ModelOrder, told: string, keys: Keys): readonly string[] {
  const state = stateOf(order, keys) ?? 'unknown'
  const isKept =
    (told !== 'ACCEPTED' || ACCEPTED.includes(state)) &&
    (told !== 'out_of_stock' || state === 'REJECTED') &&
    (told !== 'CANCELLED' || state === 'CANCELLED')
  return isKept ? [] : [`I6/I12 a client was told ${told}, but the order is ${state}`]
}
