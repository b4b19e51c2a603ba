import { expect, test } from 'vitest'
import { compareWhenQuiet, type CompareWhenQuietDeps } from './compare-when-quiet.ts'
import { createTally } from './findings.ts'

const endsAt = (high: bigint) => new Map([['t', new Map([[0, { low: 0n, high }]])]])
const NOTHING = createTally()
const different = { ...createTally(), differences: new Set(['different']) }

function setup(overrides: Partial<CompareWhenQuietDeps>) {
  let compared = 0
  const { compare = async () => NOTHING, ...rest } = overrides
  const deps: CompareWhenQuietDeps = {
    ends: async () => endsAt(1n),
    lag: async () => new Map(),
    print: () => undefined,
    elapsedMs: () => 0,
    ...rest,
    compare: async (ends) => {
      compared += 1
      return compare(ends)
    },
  }
  return { run: () => compareWhenQuiet(deps), compared: () => compared }
}

test('waits for the consumers before it compares', async () => {
  let behind = 3n
  const { run, compared } = setup({
    lag: async () => {
      if (compared() > 0) throw new Error('compared too early')
      behind -= 1n
      return behind > 0n ? new Map([['group', behind]]) : new Map()
    },
  })
  expect(await run()).toBe(NOTHING)
})

test('a consumer that stays behind is a difference', async () => {
  let elapsedMs = 0
  const { run } = setup({
    lag: async () => new Map([['slow', 7n]]),
    elapsedMs: () => (elapsedMs += 40_000),
  })
  expect([...(await run()).differences]).toEqual(['the group slow has 7 records still to read'])
})

test('differences are final when the log stood still', async () => {
  const { run, compared } = setup({ compare: async () => different })
  expect(await run()).toBe(different)
  expect(compared()).toBe(1)
})

test('differences while the log grew may be under way, so it compares again', async () => {
  let high = 0n
  const { run, compared } = setup({
    ends: async () => endsAt(high < 3n ? ++high : high),
    compare: async () => (high < 3n ? different : NOTHING),
  })
  expect(await run()).toBe(NOTHING)
  expect(compared()).toBe(2)
})

test('says so when the log never stands still', async () => {
  let high = 0n
  const { run, compared } = setup({ ends: async () => endsAt(++high), compare: async () => different })
  expect([...(await run()).differences]).toEqual([
    'different',
    expect.stringContaining('the log grew') as string,
  ])
  expect(compared()).toBe(5)
})
