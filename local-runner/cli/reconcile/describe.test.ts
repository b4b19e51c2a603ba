import { expect, test } from 'vitest'
import { describeAll } from './describe.ts'
import { UnknownTriggerError } from './functions.ts'

const stock = {
  name: 'stock',
  ask: async () => ({ reads: [{ topic: 'order-topic', round: 1 }], cannotKnow: [] }),
}
const without = {
  name: 'audit',
  ask: async () => {
    throw new UnknownTriggerError('audit: (http)')
  },
}

test('a function without a reconcile trigger is passed over by name', async () => {
  const { described, passedOver } = await describeAll([stock, without])
  expect(described.map(({ reconciled }) => reconciled.name)).toEqual(['stock'])
  expect(passedOver).toEqual(['audit'])
})

test.each([
  ['fails', () => Promise.reject(new Error('Redis did not answer'))],
  ['answers something else', async () => ({ reads: 'order-topic' })],
])('a function that %s is not passed over', async (_what, ask) => {
  await expect(describeAll([stock, { name: 'broken', ask }])).rejects.toThrow()
})
