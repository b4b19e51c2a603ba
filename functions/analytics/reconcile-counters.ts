import { ORDER_TOPIC } from '../../shared/orders/constants.ts'
import { PLACED } from '../../shared/orders/order-event.ts'
import { withEvent } from '../../shared/orders/with-event.ts'
import { reconcilePipeline } from '../../shared/reconcile/reconcile-pipeline.ts'
import { countEvent } from './count-event.ts'
import type { Counters } from './counters.ts'
import { toIncrements } from './increments.ts'

/** Counting an event twice changes nothing, so the rebuild counts all of the log. */
export const reconcileCounters = ({ counters }: { readonly counters: Counters }) =>
  reconcilePipeline({
    service: 'analytics',
    reads: [{ topic: ORDER_TOPIC, round: 1 }],
    cannotKnow: [],
    rebuild: (record, { count }) =>
      withEvent(record, async (event) => {
        if ((await countEvent(event, { counters })) === 'APPLIED') count('events counted')
      }),
    compare: (record, { add, differ }) =>
      withEvent(record, async (event) => {
        for (const [field, increment] of toIncrements(event)) add(field, increment)
        const { type, customerId } = event
        if (type === PLACED && !(await counters.hasCustomer(customerId))) {
          differ(`customer ${customerId} is in the log, but not counted`)
        }
      }),
    totals: async ({ add }) => {
      const totals = await counters.totals()
      for (const [field, sum] of totals.counters) add(field, sum)
    },
  })
