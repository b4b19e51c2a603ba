import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createScratchProject } from '../local-runner/testing/scratch-project.ts'
import { assetsForVitest } from './assets-for-vitest.ts'

test('tests import an asset with the loader of the function in whose folder it lies', async () => {
  const { root, save } = createScratchProject()
  const loader = { '.html': 'text', '.png': 'binary', '.pdf': 'file' }
  save('functions/tried/function.json', JSON.stringify({ name: 'tried', build: { loader } }))
  for (const name of ['a.html', 'a.png', 'a.pdf', 'a.svg']) save(`functions/tried/${name}`, 'ä')
  const importOf = async (name: string) => {
    const loaded = await assetsForVitest(root).load(join(root, name))
    if (!loaded) return undefined
    const module = (await import(`data:text/javascript,${encodeURIComponent(loaded.code)}`)) as {
      default: unknown
    }
    return module.default
  }
  expect(await importOf('functions/tried/a.html')).toBe('ä')
  expect(await importOf('functions/tried/a.png')).toEqual(new Uint8Array([0xc3, 0xa4]))
  for (const name of ['functions/tried/a.pdf', 'functions/tried/a.svg', 'shared/a.html']) {
    expect(await importOf(name)).toBe(undefined)
  }
})
