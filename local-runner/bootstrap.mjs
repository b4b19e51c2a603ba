// `node [flags] bootstrap.mjs FILE [args]` installs what is locked, if that is not done yet, and runs FILE on the pinned
// Node. It starts on whatever Node the machine has. So it depends on nothing, and is old JavaScript: a Node that is too
// old has to read this file to the end before it can say so.
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const OLDEST_NODE = 20

const root = fileURLToPath(new URL('..', import.meta.url))

/** @param {string} message @param {number} exitCode @returns {never} */
function fail(message, exitCode) {
  console.error(message)
  process.exit(exitCode)
}

/** @param {string} path @returns {number} modification time in ms; 0 when the file is not there */
const modifiedAt = (path) => {
  const stats = statSync(resolve(root, path), { throwIfNoEntry: false })
  return stats ? stats.mtimeMs : 0
}

function installWhatIsLocked() {
  // npm writes this file last, so a half-finished install is never mistaken for a whole one.
  if (modifiedAt('node_modules/.package-lock.json') >= modifiedAt('package-lock.json')) return
  console.log('Installing the locked dependencies (npm ci) ...')
  const npm = process.env.npm_execpath
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  const options = { cwd: root, stdio: /** @type {const} */ ('inherit') }
  const { status } = npm
    ? spawnSync(process.execPath, [npm].concat(args), options)
    : spawnSync('npm', args, options)
  if (status !== 0) {
    fail(
      'Installing the dependencies failed; npm says why above. Fix that, then run the same command again.',
      status || 1,
    )
  }
}

/** @param {string} file */
function runHere(file) {
  process.argv.splice(1, 2, resolve(file))
  // The parent is this script on another Node. Should it be killed, FILE would run on unnoticed.
  if (process.channel) {
    process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
    process.channel.unref()
  }
  // As when Node runs FILE itself: a top-level await that never settles is a failure.
  let isLoaded = false
  process.once('beforeExit', () => {
    if (isLoaded) return
    console.error(`${file} waits for something that never happens, and ends.`)
    process.exitCode = 13
  })
  void import(pathToFileURL(resolve(file)).href).then(() => {
    isLoaded = true
  })
}

function runOnPinnedNode() {
  const node = resolve(root, 'node_modules/node/bin/node')
  const child = spawn(node, process.execArgv.concat(process.argv.slice(1)), {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  child.once('error', ({ message }) =>
    fail(`The pinned Node does not start (${message}). Run npm ci, then the same command again.`, 1),
  )
  // A terminal sends Ctrl-C to the child as well; it must not come twice.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.once('exit', (code, signal) => {
    if (signal === null) process.exit(code)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  fail(
    `This project needs Node ${OLDEST_NODE} or newer and this is Node ${process.versions.node} (${process.execPath}): install a newer one, from https://nodejs.org for example, and run the same command again.`,
    1,
  )
}
const file = process.argv[2]
if (file === undefined) fail('Usage: node [flags] local-runner/bootstrap.mjs FILE [args]', 2)
installWhatIsLocked()
const [, pinnedNode] = /"node":\s*"([\d.]+)"/.exec(readFileSync(resolve(root, 'package.json'), 'utf8')) || []
// A child of this script has a channel to it. It never starts another one, whatever its version.
if (process.channel || process.versions.node === pinnedNode) runHere(file)
else runOnPinnedNode()
