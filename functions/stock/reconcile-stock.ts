import { ORDER_TOPIC } from '../../shared/orders/constants.ts'
import { CANCELLED, CONFIRMED, type OrderEvent, PLACED } from '../../shared/orders/order-event.ts'
import type { Findings } from '../../shared/reconcile/findings.ts'
import { reconcilePipeline } from '../../shared/reconcile/reconcile-pipeline.ts'
import type { Freeze } from './freeze.ts'
import { readRecord } from './read-record.ts'
import { settleOrder, type SettleOrderDeps } from './settle-order.ts'
import { STOCK_TOPIC, type StockEvent } from './stock-event.ts'
import type { StockRebuild } from './stock-rebuild.ts'

export interface ReconcileStockDeps extends SettleOrderDeps {
  readonly rebuild: StockRebuild
  readonly freeze: Pick<Freeze, 'isAnythingFrozen' | 'start' | 'end'>
}

/** Rebuilds the records of SKUs in round 1, like the orders; what orders did to them in round 2, once each order's end is known. */
export const reconcileStock = (deps: ReconcileStockDeps) =>
  reconcilePipeline({
    service: 'stock',
    reads: [
      { topic: STOCK_TOPIC, round: 1 },
      { topic: ORDER_TOPIC, round: 2 },
    ],
    cannotKnow: [
      'Stock that was held for a request not accepted yet is free again.',
      'A change of stock that was answered while Kafka was away, and whose event had not reached it, is lost.',
    ],
    isFrozen: deps.freeze.isAnythingFrozen,
    freeze: deps.freeze.start,
    unfreeze: deps.freeze.end,
    rebuild: (record, findings) =>
      readRecord(record, {
        change: (change) => rebuildItem(change, deps, findings),
        order: (event) => rebuildLines(event, deps, findings),
      }),
    compare: (record, findings) =>
      readRecord(record, {
        change: (change) => compareItem(change, deps, findings),
        order: (event) => compareLines(event, deps, findings),
      }),
    totals: (findings) => sumUp(deps, findings),
  })

async function rebuildItem(
  event: StockEvent,
  { rebuild }: ReconcileStockDeps,
  { count }: Findings,
): Promise<void> {
  const restored = await rebuild.restoreItem(event)
  if (restored === 'CREATED') count('SKUs restored')
  if (restored !== 'ALREADY') count('changes of stock restored')
}

async function rebuildLines(event: OrderEvent, deps: ReconcileStockDeps, { count }: Findings): Promise<void> {
  if (event.type === PLACED) {
    // Its cancellation is in the log, or about to be, and restocks its lines.
    if ((await deps.rebuild.orderState(event.orderId)) === 'CANCELLED')
      return deps.progress.readBack(event.orderId, event.sequence)
    for (const { sku, quantity } of event.lines) {
      if ((await deps.rebuild.restoreDeduction(event, sku, quantity)) === 'RESTORED')
        count('deductions restored')
    }
  }
  await settleOrder(event, deps)
}

async function compareItem(
  event: StockEvent,
  { rebuild }: ReconcileStockDeps,
  { differ }: Findings,
): Promise<void> {
  const { sku, revision, received } = event
  const numbers = await rebuild.numbersOf(sku)
  if (!numbers) return differ(`SKU ${sku} is in the log, but has no record`)
  if (numbers.revision < revision) {
    differ(`SKU ${sku} has revision ${numbers.revision}, the log has ${revision}`)
  } else if (numbers.revision === revision && numbers.received !== received) {
    differ(`SKU ${sku} at revision ${revision} has received ${numbers.received}, by the log ${received}`)
  }
}

async function compareLines(
  event: OrderEvent,
  { rebuild }: ReconcileStockDeps,
  findings: Findings,
): Promise<void> {
  if (event.type === CONFIRMED) return
  const fitting = event.type === CANCELLED ? 'XZ' : 'DXZ'
  for (const { sku, quantity } of event.lines) {
    findings.add(`units of ${sku} sold`, BigInt(event.type === CANCELLED ? -quantity : quantity))
    const letter = await rebuild.ledgerLetter(event, sku)
    if (letter === undefined || !fitting.includes(letter)) {
      findings.differ(
        `order ${event.orderId}: ${sku} is ${letter ?? 'not'} in the ledger after ${event.type}, which needs ${[...fitting].join(' or ')}`,
      )
    }
  }
}

async function sumUp({ rebuild }: ReconcileStockDeps, findings: Findings): Promise<void> {
  for (const sku of await rebuild.allSkus()) {
    const numbers = await rebuild.numbersOf(sku)
    if (!numbers) continue
    const { onHand, reserved, sold, received } = numbers
    findings.add(`units of ${sku} sold`, BigInt(sold))
    findings.count('units held by orders under way', reserved)
    if (onHand + sold !== received) {
      findings.differ(`SKU ${sku}: ${onHand} on hand and ${sold} sold are not the ${received} received`)
    }
    if (reserved < 0 || reserved > onHand) {
      findings.differ(`SKU ${sku}: ${reserved} of ${onHand} units on hand are held`)
    }
  }
}
