import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { compareOnce } from './compare-once.ts'
import { logRecord, toPayload } from './log-record.fixture.ts'

const report = { differences: [], notes: {}, sums: {}, unreadable: [], redrivenElsewhere: [] }

test('compares a true record also while one with its id that nobody can read is looked at in another partition', async () => {
  const [unreadable, trueOne] = [logRecord('0@0', 'a', { readable: false }), logRecord('1@0', 'a')]
  const asked: string[] = []
  const compare = compareOnce(async (_step, json = '') => {
    asked.push(json)
    await setImmediate()
    return { ...report, unreadable: json === toPayload([unreadable]) ? [unreadable.place] : [] }
  })
  await Promise.all(
    [unreadable, trueOne].map((record) => compare({ records: [record], tooLarge: [], toPayload })),
  )
  expect(asked).toEqual([toPayload([unreadable]), toPayload([trueOne])])
})
