import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { confirm, type ConfirmDeps } from './confirm.ts'

function setup(isTerminal: boolean, ...typed: readonly string[]) {
  const input = Object.assign(new PassThrough(), { isTTY: isTerminal })
  for (const text of typed) input.write(text)
  input.end()
  let printed = ''
  const output: ConfirmDeps['output'] = { write: (text) => void (printed += text) }
  const ask = (isYes: boolean) =>
    confirm({ warning: 'All orders are lost.', question: 'Empty it?', isYes, input, output })
  return { ask, printed: () => printed }
}

test.each([
  ['y\n', true],
  ['YES\n', true],
  [' yes \n', true],
  ['n\n', false],
  ['yesterday\n', false],
  ['\n', false],
  ['', false],
])('on a terminal %j means %s', async (typed, isConfirmed) => {
  const { ask, printed } = setup(true, typed)
  expect(await ask(false)).toBe(isConfirmed)
  expect(printed()).toMatch(/^All orders are lost\.\nEmpty it\? \[y\/N\] /)
})

test('--yes says what it means, and does not ask', async () => {
  for (const isTerminal of [true, false]) {
    const { ask, printed } = setup(isTerminal, 'n\n')
    expect(await ask(true)).toBe(true)
    expect(printed()).toBe('All orders are lost.\n')
  }
})

test('without a terminal nobody can answer, so it is refused', async () => {
  const { ask } = setup(false, 'y\n')
  await expect(ask(false)).rejects.toThrow('All orders are lost. Nobody can be asked here')
})
