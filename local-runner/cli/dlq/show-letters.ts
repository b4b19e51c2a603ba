import type { Found } from '../../dead-letters/dead-letter.ts'
import { toJson } from '../../dead-letters/dead-letter-json.ts'
import type { DeadLetters } from '../../dead-letters/dead-letters.ts'
import { oneLine, print } from './print.ts'

function stateOf({ isRedriven, discarded }: Found) {
  if (discarded !== undefined) return 'discarded'
  return isRedriven ? 'redriven ' : 'waiting  '
}

function lineOf(one: Found): string {
  const { id, discarded, problem } = one
  const parts = [
    `${id}  ${stateOf(one)}`,
    ...('original' in one
      ? [
          `from ${oneLine(one.original.topic)}-${one.original.partition}@${one.original.offset}`,
          `${one.attempts} x`,
          oneLine(one.at),
          oneLine(one.reason),
        ]
      : []),
    ...(problem === undefined ? [] : [`unreadable: ${oneLine(problem)}`]),
    ...(discarded === undefined ? [] : [`discarded ${discarded.at}: ${oneLine(discarded.reason)}`]),
  ]
  return parts.join('  ')
}

export async function showLetters(deadLetters: DeadLetters, topic: string, id: string | undefined) {
  if (id === undefined) {
    for await (const one of deadLetters.show(topic)) print(lineOf(one))
    return
  }
  const one = await deadLetters.find(topic, id)
  if (one === undefined)
    throw new Error(`${topic} has no ${id}. npm run dlq -- show ${topic} lists its dead letters.`)
  print(JSON.stringify(toJson(one), null, 2))
}

export async function listTopics(deadLetters: DeadLetters) {
  const topics = await deadLetters.list()
  for (const { topic, total, waiting, problem } of topics) {
    print(`${topic}  ${waiting} waiting, ${total} in total`)
    if (problem !== undefined) print(`    not all could be read: ${oneLine(problem)}`)
  }
  if (topics.length === 0) print('There are no dead-letter topics.')
}
