import { expect, test } from 'vitest'
import { createOutputLines } from './output-lines.ts'

function linesOf(write: (output: ReturnType<typeof createOutputLines>) => void) {
  const lines: string[] = []
  write(createOutputLines((line) => void lines.push(line)))
  return lines
}

test('[3.7] what is written becomes lines, in as many writes as it may come', () => {
  expect(
    linesOf(({ write, flush }) => {
      write('a')
      write('b\nc\n\nd')
      write('\n')
      flush()
      write('open')
      flush()
      flush()
    }),
  ).toEqual(['ab', 'c', '', 'd', 'open'])
})

test('[3.7] a character in two writes is one character', () => {
  const [first = 0, second = 0] = Buffer.from('ü')
  expect(
    linesOf(({ write }) => {
      write(new Uint8Array([first]))
      write(new Uint8Array([second, 10]))
    }),
  ).toEqual(['ü'])
})

test('[3.7] a message keeps its line breaks and does not end a line that was begun', () => {
  expect(
    linesOf(({ write, addToMessage, endMessage }) => {
      write('be')
      addToMessage('two\n')
      addToMessage('lines')
      endMessage()
      write('gun\n')
    }),
  ).toEqual(['two\nlines', 'begun'])
})

test('[3.7] a line and a message without end are several lines of 1 MB', () => {
  const half = 'x'.repeat(512 * 1024)
  const lines = linesOf(({ write, flush, addToMessage, endMessage }) => {
    for (let n = 0; n < 5; n++) write(half)
    flush()
    for (let n = 0; n < 5; n++) addToMessage(half)
    endMessage()
  })
  expect(lines.map(({ length }) => length / half.length)).toEqual([2, 2, 1, 2, 2, 1])
})
