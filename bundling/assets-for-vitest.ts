import { readFile } from 'node:fs/promises'
import { extname, relative } from 'node:path'
import { transform } from 'esbuild'
import { parseBuildSettings } from '../local-runner/manifest/build-settings.ts'
import { readFunction } from './read-function.ts'

/** The loaders whose result has the content, and needs no file beside the bundle. */
const INLINE = new Set(['text', 'json', 'base64', 'dataurl', 'binary'])

/**
 * Lets Vitest import the assets in a function's folder as the build does. Those with the loaders `file` and `copy` are left to
 * Vitest.
 * @param root absolute: the project
 */
export const assetsForVitest = (root: string) => ({
  name: 'assets',
  enforce: 'pre' as const,
  load: async (id: string) => {
    const [folder, name] = relative(root, id).split('/')
    const extension = extname(id)
    if (folder !== 'functions' || name === undefined || extension === '.ts') return undefined
    const { loader } = parseBuildSettings(name, (await readFunction(root, name)).build)
    const chosen = loader[extension]
    if (chosen === undefined || !INLINE.has(chosen)) return undefined
    const { code } = await transform(await readFile(id), {
      loader: chosen,
      format: 'esm',
      platform: 'node',
      target: 'node24',
    })
    return { code, moduleType: 'js' as const }
  },
})
