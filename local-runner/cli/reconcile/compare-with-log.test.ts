import { expect, test } from 'vitest'
import * as z from 'zod'
import { compareWithLog } from './compare-with-log.ts'
import type { Described } from './describe.ts'
import { logRecord, toPayload } from './log-record.fixture.ts'
import type { TopicReader } from './topic-reader.ts'

const detail = z.array(z.object({ place: z.string(), elsewhere: z.boolean(), readable: z.boolean() }))
const report = { differences: [], notes: {}, sums: {}, unreadable: [], redrivenElsewhere: [] }

/** A function that adds 1 for every record that it can read and that is for it. */
function counting(name: string, total: number): Described & { readonly places: readonly string[] } {
  const places: string[] = []
  const ask = async (step: string, json = '[]') => {
    if (step === 'totals') return { ...report, sums: { events: String(total) } }
    const records = detail.parse(JSON.parse(json))
    const counted = records.filter(({ elsewhere, readable }) => !elsewhere && readable)
    places.push(...records.map(({ place }) => place))
    return {
      ...report,
      sums: { events: String(counted.length) },
      differences: records.length > 1 ? ['named by the function'] : [],
      notes: { seen: 1 },
      unreadable: records.filter(({ readable }) => !readable).map(({ place }) => place),
      redrivenElsewhere: records.filter(({ elsewhere }) => elsewhere).map(({ place }) => place),
    }
  }
  return { reconciled: { name, ask }, reads: [{ topic: 't', round: 1 }], cannotKnow: [], places }
}

const reading =
  (...chunks: (readonly ReturnType<typeof logRecord>[])[]): TopicReader['read'] =>
  async (_topic, _ends, handle) => {
    for (const records of chunks) await handle({ records, tooLarge: [], toPayload })
  }
const ends = new Map([['t', new Map([[0, { low: 0n, high: 5n }]])]])

test('has every reader compare each event once, and records without an id always', async () => {
  const one = counting('one', 3)
  const read = reading(
    [logRecord('0', 'a'), logRecord('1', 'a'), logRecord('2')],
    [logRecord('3', 'a'), logRecord('4')],
  )
  const { differences, notes } = await compareWithLog(ends, { described: [one], read })
  expect(one.places).toEqual(['0', '2', '4'])
  expect([...differences]).toEqual(['named by the function'])
  expect(notes).toEqual(new Map([['seen', 2]]))
})

test('an event that was redriven after it had no effect is compared where it stands corrected, also in the same chunk', async () => {
  const broken = logRecord('0', 'a', { readable: false })
  const elsewhere = logRecord('1', 'a', { elsewhere: true })
  for (const chunks of [
    [[broken, elsewhere, logRecord('2', 'a'), logRecord('3', 'a')]],
    [[broken], [elsewhere], [logRecord('2', 'a')], [logRecord('3', 'a')]],
  ]) {
    const one = counting('one', 1)
    const { differences } = await compareWithLog(ends, { described: [one], read: reading(...chunks) })
    expect([...differences]).toEqual([])
    expect(one.places).toEqual(['0', '1', '2'])
  }
})

test('names a record that several functions cannot read once', async () => {
  const described = [counting('one', 1), counting('two', 1), counting('three', 1)]
  const read = reading([logRecord('0', 'a', { readable: false })], [logRecord('1', 'b')])
  const { unreadable, differences } = await compareWithLog(ends, { described, read })
  expect([...unreadable]).toEqual(['0'])
  expect([...differences]).toEqual([])
})

test('a record that is too large for an invocation is passed over', async () => {
  const one = counting('one', 0)
  const read: TopicReader['read'] = (_topic, _ends, handle) =>
    handle({ records: [], tooLarge: ['0'], toPayload })
  const { unreadable } = await compareWithLog(ends, { described: [one], read })
  expect([...unreadable]).toEqual(['0'])
  expect(one.places).toEqual([])
})

test('names a sum of the state that is not that of the log, by function', async () => {
  const described = [counting('one', 1), counting('two', 5)]
  const { differences } = await compareWithLog(ends, { described, read: reading([logRecord('0', 'a')]) })
  expect([...differences]).toEqual(['two: events: 5, by the log 1'])
})
