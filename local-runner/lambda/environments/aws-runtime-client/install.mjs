// Installs AWS's own runtime client beside this file; `npm test` runs it before the tests. The client's install compiles
// native code, so it is a package of its own that the project does not depend on.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const CLIENT = join(import.meta.dirname, 'node_modules', 'aws-lambda-ric', 'rapid-client.node')

/** @param {string} command */
const isThere = (command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0

function install() {
  const missing = ['cmake', 'make', 'g++', 'python3'].filter((command) => !isThere(command))
  if (missing.length > 0) {
    console.error(
      `aws-lambda-ric cannot be installed: ${missing.join(', ')} not found. The tests of the process and external environments say so too.`,
    )
    return process.env.CI ? 1 : 0
  }
  console.log('Installing aws-lambda-ric (npm ci, compiles for about a minute) ...')
  const npm = process.env.npm_execpath
  const [command, args] = npm ? [process.execPath, [npm]] : ['npm', []]
  const { status } = spawnSync(command, [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: import.meta.dirname,
    stdio: 'inherit',
  })
  if (status !== 0) console.error('Installing aws-lambda-ric failed; npm says why above.')
  return status ?? 1
}

process.exitCode = existsSync(CLIENT) ? 0 : install()
