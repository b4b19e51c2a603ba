import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { patience, setup, success } from '../event-source-mapping/testing/mapping-on-topic.ts'
import { readKeptChanges } from '../lambda-api/kept-changes.ts'
import { manifestFunction } from '../manifest/function-definition.ts'
import { createMappings } from './create-mappings.ts'

test('[2.1] a mapping is disabled and enabled while it runs, and is as it was after a restart', async () => {
  const { topic, brokers, consumerGroupId, destinationsDirectory, fill, committed } = await setup()
  const definition = manifestFunction.parse({
    name: 'stock',
    port: 1,
    handler: 'index.handler',
    buildId: 'b',
    triggers: { kafka: [{ topics: [topic], consumerGroupId, startingPosition: 'TRIM_HORIZON' }] },
  })
  /** The runner's part, as it starts. */
  const restart = async () => {
    const keptChanges = await readKeptChanges({
      path: join(destinationsDirectory, 'lambda-api.json'),
      now: () => 1_000,
      print: () => undefined,
    })
    const mappings = createMappings({
      definition,
      invoke: async () => success,
      kafkaBrokers: brokers,
      kafkaLogin: {},
      destinationsDirectory,
      record: () => undefined,
      setCheck: () => () => undefined,
      keptChanges,
    })
    onTestFinished(mappings.stop)
    await mappings.start()
    const [mapping] = mappings.ofApi
    if (!mapping) throw new Error('there is no mapping')
    return { ...mapping, stop: mappings.stop, report: () => mappings.reports()[0] }
  }

  const first = await restart()
  expect([first.state(), first.lastProcessingResult()]).toEqual(['Enabled', 'No records processed'])
  await fill(0, 3)
  await expect.poll(committed, patience).toEqual([3])
  expect(first.lastProcessingResult()).toBe('OK')
  await first.setEnabled(false)
  await expect.poll(first.state, patience).toBe('Disabled')
  await fill(0, 2)
  await first.stop()

  const second = await restart()
  expect([second.state(), second.id]).toEqual(['Disabled', first.id])
  expect(second.report()).toMatchObject({ status: 'disabled', isReady: true })
  expect(await committed()).toEqual([3])
  await second.setEnabled(true)
  expect(second.changedAtEpochMs()).toBe(1_000)
  await expect.poll(committed, patience).toEqual([5])
  expect(second.state()).toBe('Enabled')
  await second.stop()

  expect((await restart()).state()).toBe('Enabled')
})
