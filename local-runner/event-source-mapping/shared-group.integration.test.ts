import { Kafka, logLevel } from 'kafkajs'
import { expect, onTestFinished, test } from 'vitest'
import { startJavaClient } from '../testing/java-client/java-client.ts'
import { patience, setup as setupTopic, success } from './testing/mapping-on-topic.ts'

const PARTITIONS = 4
/** A Java member notices a rebalance at its next heartbeat, this runner's at a third of its session timeout. */
const slowly = { timeout: 40_000, interval: 50 }

async function setup() {
  const shared = await setupTopic({ partitions: PARTITIONS })
  const places: string[] = []
  const { start, stop, state, named } = shared.mapping(async (records) => {
    for (const { partition, offset } of records) places.push(`${partition}@${offset}`)
    return success
  })
  let sent = 0
  /** Five records on each partition; resolves when all that were ever sent are committed. */
  const sendRound = async () => {
    sent += 5
    for (let partition = 0; partition < PARTITIONS; partition += 1) await shared.fill(partition, 5)
    await expect.poll(shared.committed, slowly).toEqual(Array(PARTITIONS).fill(sent))
  }
  const everything = () =>
    [...Array(PARTITIONS).keys()].flatMap((partition) =>
      Array.from({ length: sent }, (_, offset) => `${partition}@${offset}`),
    )
  const owned = () => state().partitions.map(({ partition }) => partition)
  return { ...shared, start, stop, owned, named, places, sendRound, everything }
}

const all = [...Array(PARTITIONS).keys()]
const halves: Readonly<Record<string, readonly (readonly number[])[]>> = {
  RangeAssignor: [
    [0, 1],
    [2, 3],
  ],
  RoundRobinAssignor: [
    [0, 2],
    [1, 3],
  ],
}

test.for([
  ['RangeAssignor', 'first'],
  ['RangeAssignor', 'second'],
  ['RoundRobinAssignor', 'first'],
  ['RoundRobinAssignor', 'second'],
] as const)(
  '[2.1] a Java consumer with %s that joins %s shares the partitions, and each record goes to one of both',
  { timeout: 120_000 },
  async ([assignor, order]) => {
    const { start, stop, owned, places, sendRound, everything, brokers, topic, consumerGroupId } =
      await setup()
    const java = await startJavaClient(brokers)
    const join = () => java.join(consumerGroupId, topic, [assignor])
    const first = order === 'first' ? await join() : undefined
    if (first === undefined) await start()
    await expect.poll(first?.assigned ?? owned, slowly).toEqual(all)
    await sendRound()

    if (first !== undefined) await start()
    const member = first ?? (await join())
    await expect.poll(() => [owned(), member.assigned()].toSorted(), slowly).toEqual(halves[assignor])
    await sendRound()

    await (order === 'first' ? member.close() : stop())
    await expect.poll(order === 'first' ? owned : member.assigned, slowly).toEqual(all)
    await sendRound()
    const received = member.received.map(({ partition, offset }) => `${partition}@${offset}`)
    expect([...places, ...received].toSorted()).toEqual(everything().toSorted())
  },
)

test('[2.1] a member that knows only the assigner of kafkajs, as earlier versions of the runner do, shares too', async () => {
  const { start, owned, consumerGroupId, topic, brokers } = await setup()
  await start()
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING })
  const consumer = kafka.consumer({ groupId: consumerGroupId, sessionTimeout: 6000, heartbeatInterval: 500 })
  onTestFinished(() => consumer.disconnect())
  await consumer.connect()
  await consumer.subscribe({ topic })
  await consumer.run({ eachMessage: async () => undefined })
  await expect.poll(() => owned().length, patience).toBe(2)
})
