import { orderShard } from '../../../shared/orders/keys.ts'

/** Orders of a shard that are due, the longest due first. */
export const dueOrders = (
  times: ReadonlyMap<string, number>,
  shard: string,
  limit: number,
  nowMs: number,
): readonly string[] =>
  [...times]
    .filter(([orderId, at]) => orderShard(orderId) === shard && at <= nowMs)
    .sort(([, one], [, other]) => one - other)
    .slice(0, limit)
    .map(([orderId]) => orderId)
