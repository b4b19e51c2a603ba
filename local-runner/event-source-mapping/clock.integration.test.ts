import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import * as z from 'zod'
import { createMovableClock } from '../testing/movable-clock.ts'
import { patience, setup } from './testing/mapping-on-topic.ts'

const SESSION_TIMEOUT_MS = 3000
const report = z.union([
  z.object({ delivered: z.array(z.int()) }),
  z.object({ name: z.literal('partitions.assigned') }),
])

/** A mapping in a process of its own, whose wall clock the test moves. */
async function forkMapping(...arguments_: readonly string[]) {
  const directory = await mkdtemp(join(tmpdir(), 'clock-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const clock = createMovableClock(directory)
  const child = fork(join(import.meta.dirname, 'testing', 'reporting-mapping.ts'), [...arguments_], {
    execArgv: [...clock.options],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const delivered: number[] = []
  const seen = { delivered, assignments: 0 }
  child.on('message', (message) => {
    const told = report.parse(message)
    if ('delivered' in told) delivered.push(...told.delivered)
    else seen.assignments += 1
  })
  return { seen, stepClock: clock.setOffset }
}

test.for([
  ['back', -60_000],
  ['forward', 60_000],
] as const)(
  '[2.1] a clock that steps %s by a minute delays no batch and costs no membership',
  async ([, stepMs]) => {
    const { fill, committed, brokers, topic, consumerGroupId } = await setup()
    const { seen, stepClock } = await forkMapping(brokers.join(','), topic, consumerGroupId)
    await fill(0, 5)
    await expect.poll(committed, patience).toEqual([5])

    stepClock(stepMs)
    await fill(0, 5)
    await expect.poll(committed, patience).toEqual([10])

    await delay(2 * SESSION_TIMEOUT_MS)
    await fill(0, 5)
    await expect.poll(committed, patience).toEqual([15])
    expect(seen).toEqual({ delivered: [...Array(15).keys()], assignments: 1 })
  },
)
