// Builds every functions/<name>/ into dist/<name>/index.cjs and dist/<name>.zip, and writes dist/manifest.json.
// Run it (`npm run build`), or import `build` as the local runner does.
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build as esbuild } from 'esbuild'
import { zipSync } from 'fflate'

const root = import.meta.dirname
const dist = join(root, 'dist')
/** Fixed, so that the same source gives the same zip bytes and so the same CodeSha256. */
const ZIP_TIME = new Date(2000, 0, 1)

/** @param {string} path */
const readJson = async (path) => {
  /** @type {unknown} */
  const value = JSON.parse(await readFile(path, 'utf8'))
  return value
}

/** @param {string} path */
const readJsonIfThere = (path) =>
  readJson(path).catch((/** @type {NodeJS.ErrnoException} */ error) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })

/** A bundle may hold its own folder, shared/ and packages; also through indirect imports, which no lint sees.
 * @param {string} name @param {import('esbuild').Metafile} metafile */
function refuseTrespass(name, metafile) {
  const allowed = [`functions/${name}/`, 'shared/', 'node_modules/']
  const strangers = Object.keys(metafile.inputs).filter(
    (input) => !allowed.some((folder) => input.startsWith(folder)),
  )
  if (strangers.length > 0) {
    throw new Error(
      `The bundle of "${name}" reaches into ${strangers.join(', ')}. It may import ${allowed.join(', ')} only.`,
    )
  }
}

/** @param {string} name */
async function buildFunction(name) {
  const folder = join(root, 'functions', name)
  const { $schema: _schema, ...definition } = /** @type {Record<string, unknown>} */ (
    await readJson(join(folder, 'function.json'))
  )
  if (definition.name !== name) {
    throw new Error(
      `functions/${name}/function.json says "name": ${JSON.stringify(definition.name)}; it must be "${name}".`,
    )
  }
  const seed = await readJsonIfThere(join(folder, 'seed.json'))
  const result = await esbuild({
    absWorkingDir: root,
    entryPoints: [relative(root, join(folder, 'handler.ts'))],
    outfile: `dist/${name}/index.cjs`,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    minify: true,
    keepNames: true,
    sourcemap: 'linked',
    sourcesContent: false,
    loader: { '.lua': 'text' },
    metafile: true,
    write: false,
    logLevel: 'warning',
  })
  refuseTrespass(name, result.metafile)

  const target = join(dist, name)
  await rm(target, { recursive: true, force: true })
  await mkdir(target, { recursive: true })
  /** @type {import('fflate').Zippable} */
  const entries = {}
  for (const file of result.outputFiles) {
    const fileName = relative(target, file.path)
    await writeFile(file.path, file.contents)
    entries[fileName] = [file.contents, { mtime: ZIP_TIME, os: 3, attrs: 0o644 << 16, level: 9 }]
  }
  await writeFile(join(dist, `${name}.zip`), zipSync(entries))
  const code = result.outputFiles.find((file) => file.path.endsWith('.cjs'))
  const buildId = createHash('sha256')
    .update(code?.contents ?? '')
    .digest('hex')
    .slice(0, 12)
  return { ...definition, name, handler: 'index.handler', buildId, ...(seed !== undefined && { seed }) }
}

/** Names of the function folders: those with a function.json. */
async function functionNames() {
  const entries = await readdir(join(root, 'functions'), { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
}

/** Builds all functions and writes dist/manifest.json last, so a manifest in place means that its bundles are too. */
export async function build() {
  await mkdir(dist, { recursive: true })
  const functions = await Promise.all((await functionNames()).map(buildFunction))
  const topics = await readJson(join(root, 'functions', 'topics.json'))
  const api = await readJson(join(root, 'functions', 'api.json'))
  await writeFile(join(dist, 'manifest.json'), `${JSON.stringify({ functions, topics, api }, null, 2)}\n`)
  return functions
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    for (const { name, buildId } of await build()) {
      console.log(`dist/${name}/index.cjs  dist/${name}.zip  build ${buildId}`)
    }
  } catch (error) {
    console.error(`Build failed: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
}
