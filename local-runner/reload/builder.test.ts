import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createScratchProject } from '../testing/scratch-project.ts'
import { createBuilder } from './builder.ts'

test('the files of a build stay while it is built again and again', async () => {
  const { root, save } = createScratchProject()
  const builder = createBuilder(root)
  const [first] = await builder.build()
  save('shared/value.ts', 'export const value = 1\n')
  const running = await first?.rebuild.run()
  const taskRoot = running?.outcome === 'built' ? running.bundle.taskRoot : ''
  const file = join(taskRoot, 'index.cjs')
  const before = statSync(file).ino
  for (let n = 1; n <= 6; n++) {
    const { bundle, rebuild } = await builder.buildFunction('tried')
    expect(bundle.taskRoot).toBe(taskRoot)
    await rebuild.dispose()
  }
  expect(statSync(file).ino).toBe(before)
  await first?.rebuild.dispose()
})

test('each other build has a folder of its own, and the oldest of five goes', async () => {
  const { root, save } = createScratchProject()
  const builder = createBuilder(root)
  const [first] = await builder.build()
  const texts = new Map<string, string>()
  for (let n = 1; n <= 5; n++) {
    save('shared/value.ts', `export const value = 'value ${n}'\n`)
    const rebuilt = await first?.rebuild.run()
    if (rebuilt?.outcome !== 'built') throw new Error('not built')
    texts.set(rebuilt.bundle.taskRoot, readFileSync(join(rebuilt.bundle.taskRoot, 'index.cjs'), 'utf8'))
  }
  expect(texts.size).toBe(4)
  for (const [folder, text] of texts) expect(readFileSync(join(folder, 'index.cjs'), 'utf8')).toBe(text)
  expect([...texts.values()].join()).not.toContain('value 1')
  await first?.rebuild.dispose()
})
