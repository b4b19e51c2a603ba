import { expect, test } from 'vitest'
import { AppError } from '../../../shared/errors.ts'
import { ORDER_SHARDS } from '../../../shared/orders/constants.ts'
import { askAllShards } from './ask-all-shards.ts'

const outage = new AppError('unavailable', 'redis_unavailable', 'Redis did not answer; try again.')

test('every shard is asked once, and what they answer is put together', async () => {
  const answers = await askAllShards(async (shard) => [shard])
  expect(new Set(answers).size).toBe(ORDER_SHARDS)
})

test('while some shards cannot be reached the others are answered for', async () => {
  const answers = await askAllShards(async (shard) => {
    if (shard.endsWith('0')) throw outage
    return [shard]
  })
  expect(answers).toHaveLength(ORDER_SHARDS - ORDER_SHARDS / 16)
})

test('when no shard can be reached that is an outage, not an empty answer', async () => {
  await expect(askAllShards(() => Promise.reject(outage))).rejects.toBe(outage)
})

test('a defect in one shard is not passed over', async () => {
  const defect = new TypeError('no')
  const asked = askAllShards(async (shard) => {
    if (shard === 'a') throw defect
    return []
  })
  await expect(asked).rejects.toBe(defect)
})
