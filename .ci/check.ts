// `npm run check`: everything but the tests. All parts run, and all their findings are shown.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const CACHE = 'node_modules/.cache/check'
const SOURCES = ['bundling', 'functions', 'shared', 'local-runner', 'e2e', 'bench']

/** CI looks at everything afresh. */
const whenCached = (...options: readonly string[]) => (process.env.CI ? [] : options)
const depcruise = (config: string) => [
  'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
  '--config',
  `dependency-cruiser.${config}.mjs`,
  ...SOURCES,
]

/** What Node runs for each part, the slowest first. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  lint: ['.ci/lint.ts', ...whenCached('--cache', `${CACHE}/lint.json`)],
  types: [
    'node_modules/typescript/bin/tsc',
    '--project',
    '.',
    ...whenCached('--incremental', '--tsBuildInfoFile', `${CACHE}/types.json`),
  ],
  format: [
    'node_modules/prettier/bin/prettier.cjs',
    '--check',
    '--log-level=warn',
    ...whenCached('--cache', '--cache-strategy=content', '--cache-location', `${CACHE}/format.json`),
    '.',
  ],
  imports: [...depcruise('config'), 'esbuild.config.mjs'],
  'unused code': ['node_modules/knip/bin/knip.js'],
  rooms: depcruise('rooms.config'),
  'generated files': ['.ci/generate.ts', '--check'],
}

async function runPart(args: readonly string[]) {
  const startedAt = performance.now()
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}), ...process.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  await once(child, 'close')
  return { isClean: child.exitCode === 0, output, seconds: (performance.now() - startedAt) / 1000 }
}

const names = Object.keys(PARTS)
const waiting = Object.entries(PARTS)
const failed: string[] = []

async function runWaitingParts() {
  for (let part = waiting.shift(); part; part = waiting.shift()) {
    const [name, args] = part
    const { isClean, output, seconds } = await runPart(args)
    console.log(`${isClean ? 'ok  ' : 'FAIL'} ${name} (${seconds.toFixed(1)} s)`)
    if (isClean) continue
    failed.push(name)
    console.log(output.trimEnd())
  }
}

console.log(`Checking ${names.join(', ')} ...`)
await Promise.all(Array.from({ length: availableParallelism() }, runWaitingParts))
if (failed.length > 0) {
  console.log(`${failed.length} of ${names.length} parts failed: ${failed.join(', ')}.`)
  process.exitCode = 1
}
