import { AppError } from '../../../shared/errors.ts'
import { ALL_ORDER_SHARDS } from '../../../shared/orders/keys.ts'

/**
 * The answers of all shards together. Shards on a node that is away are left out.
 * @throws the error of a shard when no shard could be reached, or when the error is a defect.
 */
export async function askAllShards<T>(ask: (shard: string) => Promise<readonly T[]>): Promise<readonly T[]> {
  const answers = await Promise.allSettled(ALL_ORDER_SHARDS.map(ask))
  const failed = answers.filter((answer) => answer.status === 'rejected')
  const defect = failed.find(({ reason }) => !(reason instanceof AppError))
  if (defect ?? failed.length === answers.length) throw (defect ?? failed[0])?.reason
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
}
