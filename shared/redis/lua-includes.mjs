import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

const INCLUDE = /^-- @include "(.+)"$/gm

/**
 * The module of a `.lua` file: its text with every `-- @include "file.lua"` replaced by that file, once. Paths are relative
 * to the file that includes. The imports let a bundler watch the included files and count them as sources.
 * @param {string} path
 * @throws Error for an include that is not there.
 */
async function toLuaModule(path) {
  /** @type {Set<string>} */
  const included = new Set()
  const text = await join(path, await readFile(path, 'utf8'), included)
  const imports = [...included].map((file) => `import ${JSON.stringify(file)}\n`)
  return `${imports.join('')}export default ${JSON.stringify(text)}`
}

/** @param {string} path @param {string} text @param {Set<string>} included @returns {Promise<string>} */
async function join(path, text, included) {
  let joined = ''
  let end = 0
  for (const { 0: directive, 1: name = '', index } of text.matchAll(INCLUDE)) {
    joined += text.slice(end, index)
    end = index + directive.length
    const file = resolve(dirname(path), name)
    if (included.has(file)) continue
    included.add(file)
    const content = await readFile(file, 'utf8').catch((/** @type {unknown} */ cause) => {
      throw new Error(`${path} includes "${name}", which is not there. Paths are relative to the file.`, {
        cause,
      })
    })
    joined += (await join(file, content, included)).trimEnd()
  }
  return joined + text.slice(end)
}

/** For esbuild. @returns {import('esbuild').Plugin} */
export const luaForEsbuild = () => ({
  name: 'lua',
  setup: (build) =>
    build.onLoad({ filter: /\.lua$/ }, async ({ path }) => ({
      contents: await toLuaModule(path),
      loader: 'js',
    })),
})

/** For Vitest, whose cache of modules knows only a file's own text: a change of what it includes would be missed. */
export const luaForVitest = () => ({
  name: 'lua',
  /** @param {import('vitest/node').VitestPluginContext} context */
  configureVitest: ({ defineCacheKeyGenerator }) =>
    defineCacheKeyGenerator(({ id }) => (id.endsWith('.lua') ? false : undefined)),
  /** @param {string} id */
  load: async (id) => (id.endsWith('.lua') ? { code: await toLuaModule(id), map: null } : undefined),
})
