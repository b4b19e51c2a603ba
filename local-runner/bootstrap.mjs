// Installs the locked dependencies when node_modules is missing or older than the lockfile.
// Runs before every npm script on whatever Node the machine has (20 or newer), so it depends on nothing.
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** @param {string} path @returns {number} modification time in ms; 0 when the file is not there */
const modifiedAt = (path) =>
  statSync(new URL(`../${path}`, import.meta.url), { throwIfNoEntry: false })?.mtimeMs ?? 0

// npm writes this file last, so a half-finished install is never mistaken for a whole one.
if (modifiedAt('node_modules/.package-lock.json') < modifiedAt('package-lock.json')) {
  console.log('Installing the locked dependencies (npm ci) ...')
  const npm = process.env.npm_execpath
  const [command, args] = npm ? [process.execPath, [npm]] : ['npm', []]
  const install = spawnSync(command, [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
  })
  if (install.status !== 0) {
    console.error(
      'Installing the dependencies failed; npm says why above. Mend that, then run the same command again.',
    )
    process.exit(install.status ?? 1)
  }
}
