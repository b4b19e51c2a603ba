import { AppError } from '../../../shared/errors.ts'
import { ALL_ORDER_SHARDS } from '../../../shared/orders/keys.ts'

/**
 * What all shards answer together. While a Redis Cluster has lost a node, the shards of the others are answered for.
 * @throws what a shard threw, when none could be reached or something else was wrong.
 */
export async function askAllShards<T>(ask: (shard: string) => Promise<readonly T[]>): Promise<readonly T[]> {
  const answers = await Promise.allSettled(ALL_ORDER_SHARDS.map(ask))
  const failed = answers.filter((answer) => answer.status === 'rejected')
  const defect = failed.find(({ reason }) => !(reason instanceof AppError))
  if (defect ?? failed.length === answers.length) throw (defect ?? failed[0])?.reason
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
}
