import { readFile } from 'node:fs/promises'
import type { DeadLetters } from '../../dead-letters/dead-letters.ts'
import type { Skipped } from '../../dead-letters/plan-redrive.ts'
import { confirm } from '../confirm.ts'
import type { DiscardCommand, RedriveCommand } from './dlq-arguments.ts'
import { oneLine, print } from './print.ts'

async function readValue(path: string) {
  try {
    return await readFile(path)
  } catch (error) {
    throw new Error(`--value-file ${path} cannot be read: ${String(error)}`, { cause: error })
  }
}

/** Names what is left, and why; the exit code says whether some of it still waits. */
function printSkipped(done: string, skipped: readonly Skipped[]) {
  for (const { id, why } of skipped) print(`${id}    ${oneLine(why)}`)
  const waiting = skipped.filter(({ isWaiting }) => isWaiting).length
  print(`${done}, left ${skipped.length}${waiting === 0 ? '' : `, of which ${waiting} still wait`}.`)
  if (waiting > 0) process.exitCode = 1
}

export async function redriveLetters(deadLetters: DeadLetters, command: RedriveCommand) {
  const { value, valueFile, ...request } = command
  const text = valueFile === undefined ? value : await readValue(valueFile)
  const newValue = text === undefined ? undefined : Buffer.from(text)
  const { redriven, skipped } = await deadLetters.redrive({ ...request, newValue })
  for (const { id, to } of redriven) print(`${id} -> ${oneLine(to)}`)
  printSkipped(`${command.isDryRun ? 'Would redrive' : 'Redrove'} ${redriven.length}`, skipped)
}

export async function discardLetters(deadLetters: DeadLetters, command: DiscardCommand) {
  const { topic, ids, isYes } = command
  const what = ids === undefined ? `All dead letters of ${topic} that wait` : `${topic} ${ids.join(' ')}`
  const isConfirmed = await confirm({
    warning: `${what}: no redrive will ever send them again. Their effects are lost.`,
    question: 'Discard?',
    isYes,
    input: process.stdin,
    output: process.stdout,
  })
  if (!isConfirmed) return print('Nothing was discarded.')
  const { discarded, skipped } = await deadLetters.discard(command)
  for (const id of discarded) print(`${id}    discarded`)
  printSkipped(`Discarded ${discarded.length}`, skipped)
}
