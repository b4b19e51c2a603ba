import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { expect, test } from 'vitest'
import { createScratchProject } from '../local-runner/testing/scratch-project.ts'
import { buildProject } from './build-project.ts'

/** A function `tried` that has this `build` in its function.json. */
function projectWith(settings: unknown) {
  const project = createScratchProject()
  project.save(
    'functions/tried/function.json',
    JSON.stringify({ name: 'tried', port: 1, build: settings, triggers: {} }),
  )
  return project
}

async function build(root: string) {
  const [one] = await buildProject(root)
  await one?.functionBuild.dispose()
  return one?.built
}

/** What the bundle in dist/ exports, in plain Node. */
const load = (root: string) =>
  createRequire(join(root, 'x.js'))('./dist/tried/index.cjs') as Readonly<Record<string, unknown>>

test.each([
  ['text', 'ä <b>'],
  ['base64', 'w6QgPGI+'],
  ['dataurl', 'data:text/html;charset=utf-8,ä <b>'],
  ['binary', new Uint8Array(Buffer.from('ä <b>'))],
])('an asset with the loader %s', async (loader, expected) => {
  const { root, save } = projectWith({ loader: { '.html': loader } })
  save('functions/tried/page.html', 'ä <b>')
  save('functions/tried/handler.ts', "export { default as page } from './page.html'")
  await build(root)
  expect(load(root).page).toEqual(expected)
})

test('an asset with the loader file lies beside the bundle and in the zip', async () => {
  const { root, save } = projectWith({ loader: { '.png': 'file' } })
  save('functions/tried/logo.png', 'png')
  save(
    'functions/tried/handler.ts',
    "import { readFileSync } from 'node:fs'\nimport { join } from 'node:path'\nimport logo from './logo.png'\nexport { logo }\nexport const text = readFileSync(join(__dirname, logo), 'utf8')",
  )
  await build(root)
  const { logo, text } = load(root)
  expect([logo, text]).toEqual([expect.stringMatching(/^\.\/logo-\w+\.png$/), 'png'])
  const zip = unzipSync(readFileSync(join(root, 'dist', 'tried.zip')))
  expect(Object.keys(zip)).toContain(String(logo).slice(2))
})

test('an asset with the loader copy is loaded from beside the bundle', async () => {
  const { root, save } = projectWith({ loader: { '.addon': 'copy' } })
  save('functions/tried/a.addon', 'module.exports = __filename')
  save('functions/tried/handler.ts', "export { default as file } from './a.addon'")
  await build(root)
  expect(load(root).file).toMatch(/\/dist\/tried\/a-\w+\.addon$/)
})

test('an asset is a source: its edit changes the build', async () => {
  const { root, save } = projectWith({ loader: { '.sql': 'text', '.png': 'file' } })
  save('functions/tried/a.sql', 'SELECT 1')
  save('functions/tried/logo.png', 'png')
  save('functions/tried/handler.ts', "export * as a from './a.sql'\nexport * as b from './logo.png'")
  const first = await build(root)
  expect(first?.sources).toEqual(
    expect.arrayContaining([join(root, 'functions/tried/a.sql'), join(root, 'functions/tried/logo.png')]),
  )
  save('functions/tried/logo.png', 'other')
  expect((await build(root))?.inManifest.buildId).not.toBe(first?.inManifest.buildId)
})

test('a changed loader applies at the next build of a running runner', async () => {
  const { root, save } = projectWith({ loader: { '.html': 'text' } })
  save('functions/tried/page.html', 'x')
  save('functions/tried/handler.ts', "export { default as page } from './page.html'")
  const [one] = await buildProject(root)
  save(
    'functions/tried/function.json',
    JSON.stringify({ name: 'tried', build: { loader: { '.html': 'base64' } } }),
  )
  const code = (await one?.functionBuild.build())?.files.find(({ name }) => name === 'index.cjs')
  await one?.functionBuild.dispose()
  expect(Buffer.from(code?.contents ?? []).toString()).toContain('"eA=="')
})

test('the words of an asset are no routes', async () => {
  const { root, save } = projectWith({ loader: { '.html': 'text' } })
  save('functions/tried/page.html', "'GET /nowhere': x")
  save('functions/tried/handler.ts', "export { default as page } from './page.html'")
  await build(root)
})

test('an asset without a loader fails the build, with what to write', async () => {
  const { root, save } = projectWith(undefined)
  save('functions/tried/page.html', '')
  save('functions/tried/handler.ts', "export { default as page } from './page.html'")
  await expect(build(root)).rejects.toThrow(
    /No loader is configured for "\.html" files[^]*handler\.ts:1:32[^]*"build": \{ "loader": \{ "\.html": "text" \} \}/,
  )
})

test.each([
  [{ loader: { html: 'text' } }, 'build > loader > html: An extension is written as ".html".'],
  [{ loader: { '.html': 'html' } }, 'build > loader > .html: Invalid option'],
  [{ loader: { '.ts': 'text' } }, 'build > loader > .ts: The build reads this extension as code already'],
  [{ external: ['./a.js'] }, 'build > external > 0: This is no name of a package'],
  [{ external: ['a', 'a'] }, 'build > external: A package is named twice.'],
  [{ minify: false }, 'build: Unrecognized key: "minify"'],
])('%j is refused', async (settings, message) => {
  await expect(build(projectWith(settings).root)).rejects.toThrow(
    `functions/tried/function.json breaks these rules:\n  ${message}`,
  )
})
