import { expect, test } from 'vitest'
import { UnknownTriggerError } from './functions.ts'
import { thaw } from './thaw.ts'

function setup({ isFrozen = true, isConfirmed = true }) {
  let frozen = isFrozen
  const asked: string[] = []
  const printed: string[] = []
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
    })
  return { run, asked, printed, isFrozen: () => frozen }
}

test('opens a frozen shop after it has said what that means, and says what to do next', async () => {
  const { run, asked, printed, isFrozen } = setup({})
  expect(await run()).toBe(true)
  expect(isFrozen()).toBe(false)
  expect(asked).toEqual([expect.stringContaining('rebuilt only in part')])
  expect(printed).toEqual([expect.stringContaining('npm run reconcile -- --check')])
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
