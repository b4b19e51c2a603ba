import { expect, test } from 'vitest'
import { AppError } from '../errors.ts'
import { mskEvent } from '../testing/msk-event.ts'
import { type ReconcileOptions, reconcilePipeline } from './reconcile-pipeline.ts'

function setup(overrides: Partial<ReconcileOptions> = {}) {
  const pipeline = reconcilePipeline({
    service: 'stock',
    reads: [{ topic: 't', round: 1 }],
    cannotKnow: ['a sentence'],
    rebuild: async ({ offset }, { count }) => count('rebuilt', offset),
    compare: async ({ offset }, { add, differ }) => {
      add('offsets', BigInt(offset))
      differ(`offset ${offset}`)
    },
    totals: async ({ add }) => add('offsets', 2n ** 60n),
    ...overrides,
  })
  const ask = (step: string, detail: unknown = {}) =>
    pipeline({ source: 'order-pipeline.reconcile', 'detail-type': step, detail })
  return { ask }
}

const nothing = { differences: [], notes: {}, sums: {}, unreadable: [], redrivenElsewhere: [] }

const batch = mskEvent([
  { topic: 't', offset: 1 },
  { topic: 't', offset: 2 },
])

test('describes itself, and freezes and thaws where the function can', async () => {
  const calls: string[] = []
  const { ask } = setup({
    freeze: async () => void calls.push('freeze'),
    unfreeze: async () => {
      calls.push('unfreeze')
      return false
    },
  })
  expect(await ask('describe')).toEqual({ reads: [{ topic: 't', round: 1 }], cannotKnow: ['a sentence'] })
  expect(await ask('freeze')).toEqual({})
  expect(await ask('unfreeze')).toEqual({ wasFrozen: false })
  expect(calls).toEqual(['freeze', 'unfreeze'])
  expect(await setup().ask('unfreeze')).toEqual({ wasFrozen: true })
})

test('reports what was rebuilt, what differs, and sums to the last digit', async () => {
  const { ask } = setup()
  expect(await ask('rebuild', batch)).toEqual({ ...nothing, notes: { rebuilt: 3 } })
  expect(await ask('compare', batch)).toEqual({
    ...nothing,
    differences: ['offset 1', 'offset 2'],
    sums: { offsets: '3' },
  })
  expect(await ask('totals')).toEqual({ ...nothing, sums: { offsets: '1152921504606846976' } })
})

test('a record that cannot be read is named, one that contradicts the state is a difference, and the next is handled', async () => {
  const errors = [
    new AppError('invalid', 'event_invalid', 'no JSON'),
    new AppError('not_found', 'unknown_sku', 'no such SKU'),
  ]
  const { ask } = setup({ rebuild: ({ offset }) => Promise.reject(errors[offset - 1] ?? new Error('more')) })
  expect(await ask('rebuild', batch)).toEqual({
    ...nothing,
    differences: ['t-0@2: unknown_sku: no such SKU'],
    unreadable: ['t-0@1'],
  })
})

test('a record that was redriven to another service is named and passed over, in both passes', async () => {
  const redriven = mskEvent([
    { topic: 't', offset: 1, headers: { 'x-redrive-to': 'analytics' } },
    { topic: 't', offset: 2, headers: { 'x-redrive-to': 'stock' } },
  ])
  const redrivenElsewhere = ['t-0@1']
  const { ask } = setup()
  expect(await ask('rebuild', redriven)).toEqual({ ...nothing, notes: { rebuilt: 2 }, redrivenElsewhere })
  expect(await ask('compare', redriven)).toMatchObject({ sums: { offsets: '2' }, redrivenElsewhere })
})

test('a function without a service, which has no dead letters, takes every record', async () => {
  const redriven = mskEvent([{ topic: 't', offset: 1, headers: { 'x-redrive-to': 'analytics' } }])
  const { ask } = setup({ service: undefined })
  expect(await ask('rebuild', redriven)).toEqual({ ...nothing, notes: { rebuilt: 1 } })
})

test('says whether something is frozen; a function that freezes nothing never is', async () => {
  expect(await setup({ isFrozen: async () => true }).ask('status')).toEqual({ isFrozen: true })
  expect(await setup().ask('status')).toEqual({ isFrozen: false })
})

test.each([
  ['what passes with time', new AppError('unavailable', 'redis_unavailable', 'away')],
  ['a defect', new TypeError('bug')],
])('%s fails the step, so that it is asked again', async (_what, error) => {
  await expect(setup({ rebuild: () => Promise.reject(error) }).ask('rebuild', batch)).rejects.toBe(error)
})

test('refuses an unknown step and a detail that is no batch, and says what it takes', async () => {
  await expect(setup().ask('melt')).rejects.toThrow(
    'describe, status, freeze, rebuild, compare, totals or unfreeze',
  )
  await expect(setup().ask('rebuild', {})).rejects.toThrow('must be an MSK event')
})
