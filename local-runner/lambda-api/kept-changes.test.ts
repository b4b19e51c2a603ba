import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readKeptChanges } from './kept-changes.ts'

function emptyFile() {
  const directory = mkdtempSync(join(tmpdir(), 'kept-changes-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return join(directory, 'data', 'lambda-api.json')
}

const open = async (path: string, atEpochMs = 1_000) => {
  const printed: string[] = []
  const { enabled, reservedConcurrency } = await readKeptChanges({
    path,
    now: () => atEpochMs,
    print: (line) => printed.push(line),
  })
  return { enabled, reservedConcurrency, printed }
}

test('without a change function.json counts', async () => {
  const { enabled, reservedConcurrency, printed } = await open(emptyFile())
  expect(enabled.of('u1', true)).toMatchObject({ value: true, changedAtEpochMs: undefined })
  expect(reservedConcurrency.of('order', 5).value).toBe(5)
  expect(printed).toEqual([])
})

test('a change is kept over a restart, and the start says so', async () => {
  const path = emptyFile()
  const first = await open(path)
  await Promise.all([
    first.enabled.set('u1', true, false),
    first.reservedConcurrency.set('order', null, 0),
    first.reservedConcurrency.set('stock', 7, null),
  ])
  expect(first.enabled.of('u1', true)).toEqual({ value: false, changedAtEpochMs: 1_000 })

  const second = await open(path)
  expect(second.enabled.of('u1', true)).toEqual({ value: false, changedAtEpochMs: 1_000 })
  expect(second.reservedConcurrency.of('order', null).value).toBe(0)
  expect(second.reservedConcurrency.of('stock', 7).value).toBe(null)
  expect(second.printed).toEqual([
    'A caller of the Lambda API has set Enabled of u1 to false; function.json says true.',
    'A caller of the Lambda API has set ReservedConcurrentExecutions of order to 0; function.json says null.',
    'A caller of the Lambda API has set ReservedConcurrentExecutions of stock to null; function.json says 7.',
  ])
})

test('a change ends when function.json says something else than at the time', async () => {
  const path = emptyFile()
  const first = await open(path)
  await first.reservedConcurrency.set('order', 5, 0)
  const second = await open(path)
  expect(second.reservedConcurrency.of('order', 6)).toEqual({ value: 6, changedAtEpochMs: undefined })
  expect(second.printed).toEqual([])
  await expect.poll(() => readFileSync(path, 'utf8')).not.toContain('order')
})

test('a change that has ended does not come back when function.json says again what it said', async () => {
  const path = emptyFile()
  const first = await open(path)
  await first.enabled.set('u1', true, false)
  await first.enabled.set('u2', true, false)
  expect(first.enabled.of('u1', false).value).toBe(false)
  expect(first.enabled.of('u1', true)).toEqual({ value: true, changedAtEpochMs: undefined })
  await expect.poll(() => readFileSync(path, 'utf8')).not.toContain('u1')
  expect((await open(path)).enabled.of('u2', true).value).toBe(false)
})

test('a file that is damaged stops the start and says what to do', async () => {
  const path = emptyFile()
  await (await open(path)).enabled.set('u1', true, false)
  expect(JSON.parse(readFileSync(path, 'utf8'))).toBeTypeOf('object')
  writeFileSync(path, '{"enabled": 1')
  await expect(open(path)).rejects.toThrow(`${path} cannot be read`)
  await expect(open(path)).rejects.toThrow('delete it')
})
