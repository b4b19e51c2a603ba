import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { crashingParameters, POISON } from './testing/crashing-parameters.ts'
import { failure, patience, setup, success } from './testing/mapping-on-topic.ts'

const RECORDS = 12
const POISON_OFFSET = 6

const steps: readonly (readonly [step: string, when: string])[] = [
  ['partitions.assigned', 'before it fetches'],
  ['partitions.positioned', 'when it knows where to begin'],
  ['batch.closed', 'with records in flight'],
  ['invoking', 'in the function'],
  ['batch.succeeded', 'after the function, before the commit'],
  ['offsets.committed', 'after the first commit'],
  ['batch.split', 'in a split'],
  ['batch.retrying', 'between two attempts'],
  ['batch.exhausted', 'before the destination is written'],
  ['batch.discarded', 'after the destination is written, before the commit'],
]

test.for(steps)(
  '[2.3] a runner that is killed at %s (%s) loses nothing and has committed nothing that is not done',
  async ([step]) => {
    const {
      mapping,
      send,
      fill,
      committed,
      createTopic,
      read,
      topic,
      consumerGroupId,
      brokers,
      destinationsDirectory,
    } = await setup()
    const failed = await createTopic(`${topic}.failed`)
    await fill(0, POISON_OFFSET)
    await send([{ partition: 0, value: POISON }])
    await fill(0, RECORDS - POISON_OFFSET - 1)

    const crashing = join(import.meta.dirname, 'testing', 'crashing-mapping.ts')
    const arguments_ = [brokers.join(','), topic, consumerGroupId, failed, destinationsDirectory, step]
    const child = spawn(process.execPath, [crashing, ...arguments_], { stdio: ['ignore', 'pipe', 'inherit'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    let printed = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
    const [, signal] = (await once(child, 'close')) as readonly unknown[]
    expect(signal).toBe('SIGKILL')

    const doneByFirst = new Set(printed.split('\n').filter(Boolean).map(Number))
    const putAside = async () => (await read(failed)).length
    const [committedByFirst = -1] = await committed()
    for (let offset = 0; offset < committedByFirst; offset += 1) {
      if (offset === POISON_OFFSET) expect(await putAside()).toBeGreaterThan(0)
      else expect(doneByFirst).toContain(offset)
    }

    const doneBySecond = new Set<number>()
    const second = mapping(
      async (records) => {
        if (records.some(({ value }) => value === POISON)) return failure
        for (const { offset } of records) doneBySecond.add(offset)
        return success
      },
      {},
      { parameters: crashingParameters({ topic, consumerGroupId, failed }) },
    )
    await second.start()
    await expect.poll(committed, patience).toEqual([RECORDS])
    const expected = [...Array(RECORDS).keys()].filter((offset) => offset !== POISON_OFFSET)
    expect([...new Set([...doneByFirst, ...doneBySecond])].sort((a, b) => a - b)).toEqual(expected)
    // At least once holds for the destination too.
    expect(await putAside()).toBeGreaterThanOrEqual(1)
    expect(await putAside()).toBeLessThanOrEqual(2)
  },
)
