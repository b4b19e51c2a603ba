import { AppError } from '../../shared/errors.ts'
import type { Log } from '../../shared/logger.ts'
import {
  CANCELLED,
  CONFIRMED,
  type OrderEvent,
  PLACED,
  type StoredEvent,
  toOrderEvent,
} from '../../shared/orders/order-event.ts'
import type { OrderProgress } from './order-progress.ts'
import type { StockLedger } from './stock-ledger.ts'

export interface SettleOrderDeps {
  readonly ledger: StockLedger
  readonly progress: Pick<OrderProgress, 'move' | 'readBack'>
  /** Resolves to whether Kafka has the event. Never rejects: what Kafka does not take is left to the relay. */
  readonly publish: (event: OrderEvent) => Promise<boolean>
  readonly now: () => Date
  readonly log: Log
}

/**
 * Applies an order event to the stock, and notes that the event was read back. Safe to repeat at any point.
 * @throws AppError `unknown_sku` or `order_not_found`: Redis does not know what the event is about.
 */
export async function settleOrder(event: OrderEvent, deps: SettleOrderDeps): Promise<void> {
  switch (event.type) {
    case PLACED:
      await settlePlaced(event, deps)
      break
    case CANCELLED:
      for (const { sku, quantity } of event.lines) await deps.ledger.restock(event, sku, quantity)
      break
    case CONFIRMED:
  }
  await deps.progress.readBack(event.orderId, event.sequence)
}

async function settlePlaced(event: OrderEvent, deps: SettleOrderDeps): Promise<void> {
  const deducted = await deductLines(event, deps)
  if (deducted === 'CANCELLED_MEANWHILE') return
  const { eventId: _eventId, sequence: _sequence, ...stored } = event
  const occurredAt = deps.now().toISOString()
  const moved =
    deducted === 'DEDUCTED'
      ? await moveOn('CONFIRMED', { ...stored, type: CONFIRMED, occurredAt }, deps)
      : await moveOn('CANCELLED', { ...stored, type: CANCELLED, occurredAt, reason: 'stock_lost' }, deps)
  if (moved === 'MISSING') {
    throw new AppError(
      'not_found',
      'order_not_found',
      `Redis has no order ${event.orderId}, but Kafka has its event.`,
    )
  }
}

async function moveOn(
  to: 'CONFIRMED' | 'CANCELLED',
  stored: StoredEvent,
  { progress, publish }: SettleOrderDeps,
): Promise<'MOVED' | 'MISSING'> {
  const moved = await progress.move(to, stored)
  if (moved.outcome === 'OK') await publish(toOrderEvent(stored, moved.sequence))
  return moved.outcome === 'MISSING' ? 'MISSING' : 'MOVED'
}

async function deductLines(
  event: OrderEvent,
  { ledger, log }: SettleOrderDeps,
): Promise<'DEDUCTED' | 'STOCK_LOST' | 'CANCELLED_MEANWHILE'> {
  for (const { sku, quantity } of event.lines) {
    const outcome = await ledger.deduct(event, sku, quantity)
    switch (outcome) {
      case 'OK':
      case 'ALREADY':
        continue
      case 'OK_DIRECT':
        log.error('deducted without a hold: Redis has lost data', { orderId: event.orderId, sku })
        continue
      case 'REFUSED':
        return 'CANCELLED_MEANWHILE'
      case 'INSUFFICIENT':
      case 'QTY_MISMATCH':
        // Accepting holds the stock, so this follows only from lost data.
        log.error('accepted order cancelled: its stock is lost', { orderId: event.orderId, sku, outcome })
        return 'STOCK_LOST'
      case 'UNKNOWN_SKU':
        throw new AppError(
          'not_found',
          'unknown_sku',
          `Order ${event.orderId} has a SKU without a record: ${sku}.`,
        )
    }
  }
  return 'DEDUCTED'
}
