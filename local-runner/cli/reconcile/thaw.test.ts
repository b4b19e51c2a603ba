import { expect, test } from 'vitest'
import { UnknownTriggerError } from './functions.ts'
import { thaw } from './thaw.ts'

function setup({ isFrozen = true, isConfirmed = true }) {
  let frozen = isFrozen
  const asked: string[] = []
  const printed: string[] = []
  const known: boolean[] = []
  const answers: Record<string, () => unknown> = {
    describe: () => ({ reads: [], cannotKnow: [] }),
    status: () => ({ isFrozen: frozen }),
    unfreeze: () => {
      frozen = false
      return { wasFrozen: true }
    },
  }
  const stock = { name: 'stock', ask: async (step: string) => answers[step]?.() }
  const other = { name: 'audit', ask: () => Promise.reject(new UnknownTriggerError('audit: (http)')) }
  const run = () =>
    thaw({
      functions: [stock, other],
      confirm: async ({ warning }) => {
        asked.push(warning)
        return isConfirmed
      },
      print: (line) => printed.push(line),
      onFreeze: (frozenNow) => known.push(frozenNow),
    })
  return { run, asked, printed, known, isFrozen: () => frozen }
}

test('opens a frozen shop after it has said what that means, and says what to do next', async () => {
  const { run, asked, printed, known, isFrozen } = setup({})
  expect(await run()).toBe(true)
  expect(isFrozen()).toBe(false)
  expect(asked).toEqual([expect.stringContaining('rebuilt only in part')])
  expect(printed).toEqual([expect.stringContaining('npm run reconcile -- --check')])
  // For what it says when it is killed at the question.
  expect(known).toEqual([true, false])
})

test('a no leaves it frozen', async () => {
  const { run, printed, isFrozen } = setup({ isConfirmed: false })
  expect(await run()).toBe(false)
  expect(isFrozen()).toBe(true)
  expect(printed).toEqual(['The shop stays frozen.'])
})

test('an open shop is left alone, without a question', async () => {
  const { run, asked, printed } = setup({ isFrozen: false })
  expect(await run()).toBe(true)
  expect(asked).toEqual([])
  expect(printed).toEqual(['The shop is open: nothing is frozen.'])
})
