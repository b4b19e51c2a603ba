import { join } from 'node:path'
import { styleText } from 'node:util'
import kafkajs from 'kafkajs'
import { completeEnvironment } from '../../config/env-files.ts'
import { createDeadLetters, type DeadLetters } from '../../dead-letters/dead-letters.ts'
import { findKafka } from '../find-kafka.ts'
import { DLQ_HELP, type DlqCommand, parseDlqArguments } from './dlq-arguments.ts'
import { print } from './print.ts'
import { discardLetters, redriveLetters } from './settle-letters.ts'
import { listTopics, showLetters } from './show-letters.ts'
import { skipRecord, type SkipRecordDeps } from './skip-record.ts'

const projectDirectory = join(import.meta.dirname, '..', '..', '..')

/** Ctrl-C ends it between two transactions. The other commands end as usual, also where they ask. */
async function interruptible(deadLetters: DeadLetters, work: () => Promise<void>) {
  const interrupt = () => void deadLetters.close()
  process.once('SIGINT', interrupt)
  try {
    await work()
  } finally {
    process.removeListener('SIGINT', interrupt)
  }
}

function runVerb(command: Exclude<DlqCommand, { verb: 'help' }>, deps: SkipRecordDeps) {
  const { deadLetters } = deps
  switch (command.verb) {
    case 'list':
      return listTopics(deadLetters)
    case 'show':
      return showLetters(deadLetters, command.topic, command.id)
    case 'redrive':
      return interruptible(deadLetters, () => redriveLetters(deadLetters, command))
    case 'discard':
      return discardLetters(deadLetters, command)
    case 'skip':
      return skipRecord(command, deps)
  }
}

async function run(command: DlqCommand) {
  if (command.verb === 'help') return print(DLQ_HELP)
  const environment = completeEnvironment(projectDirectory, process.env)
  const { brokers, kafka } = await findKafka('dlq', environment)
  const deadLetters = createDeadLetters(kafka)
  try {
    await runVerb(command, { kafka, brokers, deadLetters, environment })
  } catch (error) {
    if (!(error instanceof kafkajs.KafkaJSError)) throw error
    throw new Error(`Kafka at ${brokers.join(',')}: ${error.message}. npm run doctor finds the cause.`, {
      cause: error,
    })
  } finally {
    await deadLetters.close()
  }
}

try {
  await run(parseDlqArguments(process.argv.slice(2)))
} catch (error) {
  process.stderr.write(`${styleText('red', error instanceof Error ? error.message : String(error))}\n`)
  process.exitCode = 1
}
