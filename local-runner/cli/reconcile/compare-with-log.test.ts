import type { KafkaMessage } from 'kafkajs'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { compareWithLog } from './compare-with-log.ts'
import type { Described } from './describe.ts'

const message = (offset: number, id?: string): KafkaMessage => ({
  key: Buffer.from('k'),
  value: Buffer.from('{}'),
  timestamp: '0',
  attributes: 0,
  offset: String(offset),
  headers: id === undefined ? {} : { ce_id: Buffer.from(id) },
})

const detail = z.object({ records: z.record(z.string(), z.array(z.object({ offset: z.number() }))) })
const report = (sums: Record<string, string>, differences: string[] = [], notes = {}) => ({
  differences,
  notes,
  sums,
})

/** A function that adds 1 for every record it compares. */
function counting(name: string, total: number): Described & { readonly offsets: readonly number[] } {
  const offsets: number[] = []
  const ask = async (step: string, json = '{}') => {
    if (step === 'totals') return report({ events: String(total) })
    const records = Object.values(detail.parse(JSON.parse(json)).records).flat()
    offsets.push(...records.map(({ offset }) => offset))
    return report({ events: String(records.length) }, records.length > 1 ? ['named by the function'] : [], {
      seen: 1,
    })
  }
  return { reconciled: { name, ask }, reads: [{ topic: 't', round: 1 }], cannotKnow: [], offsets }
}

/** A topic of two partitions, the first in two chunks. */
const read: Parameters<typeof compareWithLog>[1]['read'] = async (_topic, _ends, handle) => {
  await handle({ payload: '', messages: [message(0, 'a'), message(1, 'a'), message(2)] }, 0)
  await handle({ payload: '', messages: [message(3, 'a'), message(4)] }, 0)
  await handle({ payload: '', messages: [message(0, 'a')] }, 1)
}
const ends = new Map([['t', new Map([[0, { low: 0n, high: 5n }]])]])

test('has every reader compare each event once per partition, and records without an id always', async () => {
  const one = counting('one', 4)
  const { differences, notes } = await compareWithLog(ends, { described: [one], read })
  expect(one.offsets).toEqual([0, 2, 4, 0])
  expect(differences).toEqual(['named by the function'])
  expect(notes).toEqual(new Map([['seen', 3]]))
})

test('names a sum of the state that is not that of the log, by function', async () => {
  const described = [counting('one', 4), counting('two', 5)]
  const { differences } = await compareWithLog(ends, { described, read })
  expect(differences).toContain('two: events: 5, by the log 4')
  expect(differences.filter((one) => one.startsWith('one:'))).toEqual([])
})
