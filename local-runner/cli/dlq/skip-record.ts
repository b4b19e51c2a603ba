import { join } from 'node:path'
import type { Kafka } from 'kafkajs'
import type { Environment } from '../../config/env-files.ts'
import type { DeadLetters } from '../../dead-letters/dead-letters.ts'
import { readDefinitions } from '../../manifest/read-definitions.ts'
import { confirm } from '../confirm.ts'
import { apiUrlOf } from '../find-kafka.ts'
import type { SkipCommand } from './dlq-arguments.ts'
import { print } from './print.ts'
import { skipByRunner, skipInEmptyGroup, type SkipPlace } from './skip.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')

/** The function with this group; for a group of somebody else, its own name. */
async function serviceOf({ topic, group }: SkipPlace): Promise<string> {
  const definitions = await readDefinitions(ROOT)
  const reader = definitions.find(({ triggers }) =>
    triggers.kafka.some((one) => one.consumerGroupId === group && one.topics.includes(topic)),
  )
  return reader?.name ?? group
}

export interface SkipRecordDeps {
  readonly kafka: Kafka
  readonly brokers: readonly string[]
  readonly deadLetters: DeadLetters
  readonly environment: Environment
}

export async function skipRecord(command: SkipCommand, deps: SkipRecordDeps) {
  const { kafka, brokers, deadLetters, environment } = deps
  const { topic, partition, offset, group, isYes } = command
  const skip =
    (await skipByRunner(command, { apiUrl: apiUrlOf(environment), brokers })) ??
    (await skipInEmptyGroup(command, { kafka, brokers, deadLetters, service: await serviceOf(command) }))
  const offsets =
    skip.lastOffset > offset
      ? `offsets ${offset} to ${skip.lastOffset}, a batch that cannot be read`
      : `offset ${offset}`
  const isConfirmed = await confirm({
    warning: `The group ${group} will not process ${topic} partition ${partition} ${offsets}. A dead letter for it goes to ${skip.deadLetterTopic}.`,
    question: 'Skip it?',
    isYes,
    input: process.stdin,
    output: process.stdout,
  })
  if (!isConfirmed) return print('Nothing was skipped.')
  const copy = await skip.run()
  print(`Skipped. To process it after all: npm run dlq -- redrive ${copy.topic} ${copy.id}`)
}
