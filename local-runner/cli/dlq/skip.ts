import type { Admin, Kafka } from 'kafkajs'
import * as z from 'zod'
import type { DeadLetters } from '../../dead-letters/dead-letters.ts'
import type { KeptCopy } from '../../dead-letters/keep-skipped.ts'
import type { SkipCommand } from './dlq-arguments.ts'

export type SkipPlace = Pick<SkipCommand, 'topic' | 'partition' | 'offset' | 'group'>

/** A way past the record. */
export interface Skip {
  /** Where the copy will be. */
  readonly deadLetterTopic: string
  /** More than the record where its batch cannot be read: Kafka gives out a batch only whole. */
  readonly lastOffset: bigint
  readonly run: () => Promise<KeptCopy>
}

const mappingsReport = z.object({
  kafkaBrokers: z.array(z.string()),
  items: z.array(
    z.object({ id: z.string(), functionName: z.string(), topic: z.string(), consumerGroupId: z.string() }),
  ),
})
const skipAnswer = z.object({ copy: z.object({ topic: z.string(), id: z.string() }) })
const refusal = z.object({ message: z.string() })

/** By the mapping of a runner that reads this Kafka; undefined when no runner has the group. */
export async function skipByRunner(
  { topic, partition, offset, group }: SkipPlace,
  { apiUrl, brokers }: { readonly apiUrl: string; readonly brokers: readonly string[] },
): Promise<Skip | undefined> {
  const response = await fetch(`${apiUrl}/mappings`).catch(() => undefined)
  if (response === undefined) return undefined
  const { kafkaBrokers, items } = mappingsReport.parse(await response.json())
  const mapping = items.find((one) => one.topic === topic && one.consumerGroupId === group)
  if (mapping === undefined || !kafkaBrokers.some((broker) => brokers.includes(broker))) return undefined
  return {
    deadLetterTopic: `${topic}.${mapping.functionName}.dlq`,
    lastOffset: offset,
    run: async () => {
      const answer = await fetch(`${apiUrl}/mappings/${mapping.id}/skip`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ partition, offset: `${offset}` }),
      })
      const body: unknown = await answer.json()
      if (!answer.ok) throw new Error(refusal.parse(body).message)
      return skipAnswer.parse(body).copy
    },
  }
}

async function assertEmpty(
  { topic, partition, group }: SkipPlace,
  nextOffset: bigint,
  brokers: readonly string[],
  admin: Admin,
) {
  const { groups } = await admin.describeGroups([group])
  const members = groups.flatMap((one) => one.members)
  if (members.length === 0) return
  const names = members.map(({ clientId, clientHost }) => `${clientId} on ${clientHost.replace(/^\//, '')}`)
  throw new Error(
    `The group ${group} has members: ${names.join(', ')}. Kafka refuses the commit of anybody else, so stop them first. ` +
      `On AWS: aws lambda update-event-source-mapping --uuid <mapping> --no-enabled; when it is Disabled: ` +
      `kafka-consumer-groups.sh --bootstrap-server ${brokers.join(',')} --group ${group} --topic ${topic}:${partition} ` +
      `--reset-offsets --to-offset ${nextOffset} --execute; then --enabled.`,
  )
}

async function assertIsAt({ topic, partition, offset, group }: SkipPlace, admin: Admin) {
  const [offsets] = await admin.fetchOffsets({ groupId: group, topics: [topic] })
  const committed = offsets?.partitions.find((one) => one.partition === partition)?.offset ?? '-1'
  if (committed === '-1')
    throw new Error(`The group ${group} has no offset in ${topic} partition ${partition}.`)
  if (committed !== `${offset}`)
    throw new Error(
      `The group ${group} is at offset ${committed} of ${topic} partition ${partition}: only that record can be skipped.`,
    )
}

export interface SkipOfEmptyGroupDeps {
  readonly kafka: Kafka
  readonly brokers: readonly string[]
  readonly deadLetters: Pick<DeadLetters, 'keepSkipped' | 'lastSkippedWith'>
  /** The function that reads with this group. */
  readonly service: string
}

/** By a commit of our own, which Kafka takes for a group without members. @throws Error that says who is a member */
export async function skipInEmptyGroup(place: SkipPlace, deps: SkipOfEmptyGroupDeps): Promise<Skip> {
  const { kafka, brokers, deadLetters, service } = deps
  const { topic, partition, group } = place
  const lastOffset = await deadLetters.lastSkippedWith(place)
  const nextOffset = lastOffset + 1n
  const withAdmin = async <Result>(work: (admin: Admin) => Promise<Result>) => {
    const admin = kafka.admin()
    await admin.connect()
    try {
      return await work(admin)
    } finally {
      await admin.disconnect()
    }
  }
  const check = async (admin: Admin) => {
    await assertEmpty(place, nextOffset, brokers, admin)
    await assertIsAt(place, admin)
  }
  await withAdmin(check)
  return {
    deadLetterTopic: `${topic}.${service}.dlq`,
    lastOffset,
    run: () =>
      withAdmin(async (admin) => {
        // Again, because the question may have waited for long.
        await check(admin)
        const copy = await deadLetters.keepSkipped({ ...place, lastOffset, service })
        await admin.setOffsets({
          groupId: group,
          topic,
          partitions: [{ partition, offset: `${nextOffset}` }],
        })
        return copy
      }),
  }
}
