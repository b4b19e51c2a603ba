import { httpPipeline } from '../../shared/middleware/http-pipeline.ts'
import { dispatch } from '../../shared/middleware/triggers.ts'
import { MAX_BODY_BYTES } from '../../shared/orders/constants.ts'
import { createOrderRoutes, type OrderRoutesDeps } from './order-routes.ts'
import { reconcileOrders, type ReconcileOrdersDeps } from './reconcile/reconcile-orders.ts'
import { createScheduleRun, type ScheduleRunDeps } from './run-schedule.ts'

/** Left for the answer when a scheduled run has to end. */
const SCHEDULE_MARGIN_MS = 1500

export type OrderHandlerDeps = OrderRoutesDeps & ScheduleRunDeps & ReconcileOrdersDeps

export function createOrderHandler(deps: OrderHandlerDeps) {
  const runSchedule = createScheduleRun(deps)
  return dispatch({
    http: httpPipeline({ log: deps.log, maxBodyBytes: MAX_BODY_BYTES, routes: createOrderRoutes(deps) }),
    reconcile: reconcileOrders(deps),
    schedule: (_event, context) => runSchedule(() => context.getRemainingTimeInMillis() > SCHEDULE_MARGIN_MS),
  })
}
