import { expect, test } from 'vitest'
import { coalesceChecks } from './coalesce-checks.ts'

test('a caller’s check begins after its call, and those who call meanwhile share the next', async () => {
  const held = [Promise.withResolvers<number>(), Promise.withResolvers<number>()]
  let begun = 0
  const check = coalesceChecks(() => held[begun++]?.promise ?? 0)
  const first = check()
  await expect.poll(() => begun).toBe(1)
  const late = [check(), check()]
  held[0]?.resolve(1)
  expect(await first).toBe(1)
  await expect.poll(() => begun).toBe(2)
  held[1]?.resolve(2)
  expect(await Promise.all(late)).toEqual([2, 2])
})

test('a check that fails fails its callers only', async () => {
  let n = 0
  const check = coalesceChecks(async () => {
    if (n++ === 0) throw new Error('first')
    return n
  })
  await expect(check()).rejects.toThrow('first')
  expect(await check()).toBe(2)
})
