import { readFile } from 'node:fs/promises'
import { styleText } from 'node:util'
import kafkajs from 'kafkajs'
import { toJson } from '../../dead-letters/dead-letter-json.ts'
import { createDeadLetters, type DeadLetters } from '../../dead-letters/dead-letters.ts'
import { findKafka } from '../find-kafka.ts'
import { DLQ_HELP, type DlqCommand, parseDlqArguments } from './dlq-arguments.ts'

const print = (line: string) => void process.stdout.write(`${line}\n`)

async function show(deadLetters: DeadLetters, topic: string, id: string | undefined) {
  const found = await deadLetters.show(topic)
  if (id === undefined) {
    for (const one of found) {
      if ('problem' in one) print(`${one.id}  unreadable: ${one.problem}`)
      else {
        const { original, attempts, at, isRedriven, reason } = one
        const from = `${original.topic}-${original.partition}@${original.offset}`
        print(
          `${one.id}  ${isRedriven ? 'redriven' : 'waiting '}  from ${from}  ${attempts} x  ${at}  ${reason}`,
        )
      }
    }
    return
  }
  const one = found.find((letter) => letter.id === id)
  if (one === undefined)
    throw new Error(`${topic} has no ${id}. npm run dlq -- show ${topic} lists its dead letters.`)
  print(JSON.stringify(toJson(one), null, 2))
}

async function readValue(path: string) {
  try {
    return await readFile(path)
  } catch (error) {
    throw new Error(`--value-file ${path} cannot be read: ${String(error)}`, { cause: error })
  }
}

async function redrive(deadLetters: DeadLetters, command: Extract<DlqCommand, { verb: 'redrive' }>) {
  const { value, valueFile, ...request } = command
  const text = valueFile === undefined ? value : await readValue(valueFile)
  const newValue = text === undefined ? undefined : Buffer.from(text)
  const { redriven, skipped } = await deadLetters.redrive({ ...request, newValue })
  for (const { id, to } of redriven) print(`${id} -> ${to}`)
  for (const { id, why } of skipped) print(`${id}    ${why}`)
  print(`${command.isDryRun ? 'Would redrive' : 'Redrove'} ${redriven.length}, left ${skipped.length}.`)
}

async function list(deadLetters: DeadLetters) {
  const topics = await deadLetters.list()
  for (const { topic, total, waiting } of topics) print(`${topic}  ${waiting} waiting, ${total} in total`)
  if (topics.length === 0) print('There are no dead-letter topics.')
}

function runVerb(command: Exclude<DlqCommand, { verb: 'help' }>, deadLetters: DeadLetters) {
  switch (command.verb) {
    case 'list':
      return list(deadLetters)
    case 'show':
      return show(deadLetters, command.topic, command.id)
    case 'redrive':
      return redrive(deadLetters, command)
  }
}

async function run(command: DlqCommand) {
  if (command.verb === 'help') return print(DLQ_HELP)
  const { brokers, kafka } = await findKafka('dlq', process.env)
  const deadLetters = createDeadLetters(kafka)
  const interrupt = () => void deadLetters.close()
  process.once('SIGINT', interrupt)
  try {
    await runVerb(command, deadLetters)
  } catch (error) {
    if (!(error instanceof kafkajs.KafkaJSError)) throw error
    throw new Error(`Kafka at ${brokers.join(',')}: ${error.message}. npm run doctor finds the cause.`, {
      cause: error,
    })
  } finally {
    process.removeListener('SIGINT', interrupt)
    await deadLetters.close()
  }
}

try {
  await run(parseDlqArguments(process.argv.slice(2)))
} catch (error) {
  process.stderr.write(`${styleText('red', error instanceof Error ? error.message : String(error))}\n`)
  process.exitCode = 1
}
