// Builds every functions/<name>/ into dist/<name>/index.cjs and dist/<name>.zip, and writes dist/manifest.json.
// Run it (`npm run build`), or import `build` as the local runner does.
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build as esbuild } from 'esbuild'
import { zipSync } from 'fflate'
import { luaForEsbuild } from './shared/redis/lua-includes.mjs'

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

/**
 * The sources of a bundle, less those of packages; paths from the root. Throws when a bundle holds more than its own folder,
 * shared/ and packages; also through indirect imports, which no lint sees.
 * @param {string} name @param {import('esbuild').Metafile} metafile
 */
export function ownSources(name, metafile) {
  const allowed = [`functions/${name}/`, 'shared/']
  const own = Object.keys(metafile.inputs).filter((input) => !/(^|\/)node_modules\//.test(input))
  const strangers = own.filter((input) => !allowed.some((folder) => input.startsWith(folder)))
  if (strangers.length > 0) {
    throw new Error(
      `The bundle of "${name}" reaches into ${strangers.join(', ')}. It may import ${allowed.join(', ')} and packages only.`,
    )
  }
  return own
}

const METHODS = 'GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|ANY'
/** A key of a record of routes, such as `'GET /orders/{orderId}': get`. */
const ROUTE = new RegExp(`'(\\$default|(?:${METHODS}) /[^']*)'\\s*:`, 'g')

/**
 * Throws when the routes in a function's sources are not those of its function.json. A function that does not keep its
 * routes in a record by route key is not checked.
 * @param {string} root @param {string} name @param {readonly string[]} declared @param {readonly string[]} sources
 */
async function checkRoutes(root, name, declared, sources) {
  const folder = `functions/${name}/`
  /** @type {Map<string, string>} */
  const served = new Map()
  for (const file of sources.filter((source) => source.startsWith(folder))) {
    const text = await readFile(join(root, file), 'utf8')
    for (const [, routeKey = ''] of text.matchAll(ROUTE)) served.set(routeKey, file)
  }
  if (served.size === 0) return
  const undeclared = [...served]
    .filter(([routeKey]) => !declared.includes(routeKey))
    .map(
      ([routeKey, file]) =>
        `${file} serves "${routeKey}", which ${folder}function.json does not declare: add it to "http" there, or remove it.`,
    )
  const unserved = declared
    .filter((routeKey) => !served.has(routeKey))
    .map(
      (routeKey) =>
        `${folder}function.json declares "${routeKey}", which no file of the function serves: add it to the routes, or remove it.`,
    )
  const faults = [...undeclared, ...unserved]
  if (faults.length > 0) throw new Error(faults.join('\n'))
}

/**
 * What every bundle of a function has, the deployable one and the runner's development one.
 * @param {string} root @param {string} name
 */
export const bundleOptions = (root, name) =>
  /** @satisfies {import('esbuild').BuildOptions} */ ({
    absWorkingDir: root,
    entryPoints: [`functions/${name}/handler.ts`],
    bundle: true,
    platform: 'node',
    target: 'node24',
    sourcemap: 'linked',
    sourcesContent: false,
    plugins: [luaForEsbuild()],
    metafile: true,
    write: false,
  })

/** @param {string} root @param {string} name */
async function buildFunction(root, name) {
  const folder = join(root, 'functions', name)
  const { $schema: _schema, ...definition } =
    /** @type {{ $schema?: unknown, name?: unknown, triggers?: { http?: string[] } }} */ (
      await readJson(join(folder, 'function.json'))
    )
  if (definition.name !== name) {
    throw new Error(
      `functions/${name}/function.json says "name": ${JSON.stringify(definition.name)}; it must be "${name}".`,
    )
  }
  const seed = await readJsonIfThere(join(folder, 'seed.json'))
  const result = await esbuild({
    ...bundleOptions(root, name),
    outfile: `dist/${name}/index.cjs`,
    format: 'cjs',
    minify: true,
    keepNames: true,
    logLevel: 'warning',
  })
  const sources = ownSources(name, result.metafile)
  await checkRoutes(root, name, definition.triggers?.http ?? [], sources)

  const dist = join(root, 'dist')
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
  const inManifest = {
    ...definition,
    name,
    handler: 'index.handler',
    buildId,
    ...(seed !== undefined && { seed }),
  }
  return { inManifest, sources }
}

/** @param {string} root */
async function functionNames(root) {
  const entries = await readdir(join(root, 'functions'), { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
}

/**
 * The topics of functions/topics.json and of each function's own topics.json.
 * @param {string} root @param {readonly string[]} names
 */
async function readTopics(root, names) {
  const shared = await readJson(join(root, 'functions', 'topics.json'))
  const own = names.map((name) => readJsonIfThere(join(root, 'functions', name, 'topics.json')))
  return [shared, ...(await Promise.all(own))].flatMap((topics) => topics ?? [])
}

/**
 * Builds all functions and writes dist/manifest.json last, so a manifest in place means that its bundles are too.
 * Gives the sources in each bundle, as paths from the root.
 */
export async function build(root = import.meta.dirname) {
  const dist = join(root, 'dist')
  await mkdir(dist, { recursive: true })
  const names = await functionNames(root)
  const built = await Promise.all(names.map((name) => buildFunction(root, name)))
  const topics = await readTopics(root, names)
  const api = await readJson(join(root, 'functions', 'api.json'))
  const functions = built.map(({ inManifest }) => inManifest)
  await writeFile(join(dist, 'manifest.json'), `${JSON.stringify({ functions, topics, api }, null, 2)}\n`)
  return built.map(({ inManifest: { name, buildId }, sources }) => ({ name, buildId, sources }))
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
