import { expect, test } from 'vitest'
import { createCommitter, type PartitionOffset } from './committer.ts'
import { createLane, setFailure } from './lane.ts'

function setup({ commit = async () => undefined }: { readonly commit?: () => Promise<void> } = {}) {
  const lane = Object.assign(createLane(0, 0), { committed: 0n })
  const tried: bigint[] = []
  let isSettled = true
  const committer = createCommitter({
    lanes: () => [lane],
    commit: async (offsets: readonly PartitionOffset[]) => {
      tried.push(...offsets.map(({ offset }) => offset))
      await commit()
    },
    isSettled: () => isSettled,
    retryDelayMs: () => 1,
    record: () => undefined,
  })
  return {
    ...committer,
    lane,
    tried,
    settle: (value: boolean) => {
      isSettled = value
    },
  }
}

test.for([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])(
  'what finishes %i steps after another commit began is committed too',
  async (steps) => {
    const { wake, lane, tried } = setup()
    lane.position = 5n
    wake()
    for (let step = 0; step < steps; step += 1) await Promise.resolve()
    lane.position = 9n
    wake()
    await expect.poll(() => tried.at(-1)).toBe(9n)
  },
)

test('what finishes right after a commit goes with the next one', async () => {
  const { wake, lane, tried } = setup()
  const nextTurn = () => new Promise((resolve) => setImmediate(resolve))
  lane.position = 5n
  wake()
  await nextTurn()
  expect(tried).toEqual([5n])
  for (lane.position = 6n; lane.position < 9n; lane.position += 1n) {
    wake()
    await nextTurn()
  }
  await expect.poll(() => tried).toEqual([5n, 9n])
})

test('a commit that fails is tried again', async () => {
  let failures = 3
  const { wake, lane, tried } = setup({
    commit: async () => {
      failures -= 1
      if (failures >= 0) throw new Error('coordinator moved')
    },
  })
  lane.position = 5n
  wake()
  await expect.poll(() => lane.committed).toBe(5n)
  expect(tried).toEqual([5n, 5n, 5n, 5n])
})

test('a commit that fails shows on its partition until it succeeds, but not over what blocks it', async () => {
  const shown: unknown[] = []
  const { wake, lane } = setup({
    commit: async () => {
      shown.push(lane.lastFailure?.kind)
      if (shown.length === 2) setFailure(lane, { kind: 'function', retries: 1, invocations: 1, reason: 'no' })
      if (shown.length === 3) lane.lastFailure = undefined
      if (shown.length < 5) throw new Error('not authorized')
    },
  })
  lane.position = 5n
  wake()
  await expect.poll(() => lane.committed).toBe(5n)
  expect(shown).toEqual([undefined, 'commit', 'function', 'commit', 'commit'])
  expect(lane.lastFailure).toBeUndefined()
})

test('commits nothing while the group is not settled', async () => {
  const { wake, close, lane, tried, settle } = setup()
  lane.position = 5n
  settle(false)
  wake()
  await close()
  expect(tried).toEqual([])
})

test('commits nothing for a lost partition', async () => {
  const { wake, close, lane, tried } = setup()
  lane.position = 5n
  lane.abandon()
  wake()
  await close()
  expect(tried).toEqual([])
})

test('close() gives up after three tries and commits nothing later', async () => {
  const { wake, close, lane, tried } = setup({ commit: () => Promise.reject(new Error('no broker')) })
  lane.position = 5n
  wake()
  await close()
  const tries = tried.length
  wake()
  await close()
  expect(tried).toHaveLength(tries)
  expect(lane.committed).toBe(0n)
})
