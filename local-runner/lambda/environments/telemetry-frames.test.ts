import { expect, test } from 'vitest'
import { createOutputLines } from './output-lines.ts'
import { createOutputReader } from './telemetry-frames.ts'

function frame(message: string): Buffer {
  const header = Buffer.alloc(16)
  header.writeUInt32BE(0xa55a000f)
  header.writeUInt32BE(Buffer.byteLength(message), 4)
  return Buffer.concat([header, Buffer.from(message)])
}

function linesOf(chunks: Iterable<Buffer>) {
  const lines: string[] = []
  const output = createOutputLines((line) => void lines.push(line))
  const read = createOutputReader(output)
  for (const chunk of chunks) read(chunk)
  output.flush()
  return lines
}

const written = Buffer.concat([
  Buffer.from('¥Z first\n'),
  frame('two\nlines ü\n'),
  frame('without an end'),
  Buffer.from('begun '),
  frame('between\n'),
  Buffer.from('ended\nopen'),
])
const lines = ['¥Z first', 'two\nlines ü', 'without an end', 'between', 'begun ended', 'open']

test('[3.7] messages and text come in the order written', () => {
  expect(linesOf([written])).toEqual(lines)
})

test('[3.7] wherever the output is cut', () => {
  expect(linesOf(Array.from(written, (byte) => Buffer.from([byte])))).toEqual(lines)
  for (let at = 1; at < written.length; at++) {
    expect(linesOf([written.subarray(0, at), written.subarray(at)])).toEqual(lines)
  }
})

test('[3.7] an empty message is an empty line', () => {
  expect(linesOf([frame('\n'), frame('next\n')])).toEqual(['', 'next'])
})
