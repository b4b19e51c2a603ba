import { once } from 'node:events'
import { Writable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { writeTogether } from './write-together.ts'

/** A stream, and what each of its system calls would have written. */
function setup() {
  const calls: string[] = []
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      calls.push(chunk)
      done()
    },
    writev: (chunks, done) => {
      calls.push(chunks.map(({ chunk }) => chunk as string).join('|'))
      done()
    },
  })
  writeTogether(stream)
  return { stream, calls }
}

test('what is written in one turn goes out together, in order, and the next turn by itself', async () => {
  const { stream, calls } = setup()
  for (const text of ['a', 'b']) stream.write(text)
  await Promise.resolve()
  stream.write('c')
  expect(calls).toEqual([])
  await setImmediate()
  stream.write('d')
  await setImmediate()
  expect(calls).toEqual(['a|b|c', 'd'])
})

test('a stream that is ended in the same turn has written all', async () => {
  const { stream, calls } = setup()
  for (const text of ['a', 'b']) stream.write(text)
  stream.end()
  await once(stream, 'finish')
  await setImmediate()
  expect(calls).toEqual(['a|b'])
})

test('a stream that is destroyed in the same turn writes nothing, and its writers hear of it', async () => {
  const { stream, calls } = setup()
  const lost = new Promise((resolve) => stream.write('a', resolve))
  stream.destroy()
  await setImmediate()
  expect(await lost).toBeInstanceOf(Error)
  expect(calls).toEqual([])
})
