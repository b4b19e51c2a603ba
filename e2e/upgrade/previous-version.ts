import { execFileSync } from 'node:child_process'
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from '../../esbuild.config.mjs'

export interface PreviousVersion {
  /** A project with the bundles of the previous version and this version's runner. */
  readonly directory: string
  readonly remove: () => Promise<void>
}

/** Unpacks and bundles the functions that were released last. */
export async function unpackPreviousVersion(): Promise<PreviousVersion> {
  const root = join(import.meta.dirname, '..', '..')
  const directory = await mkdtemp(join(tmpdir(), 'previous-version-'))
  execFileSync('tar', ['-xzf', join(import.meta.dirname, 'previous-version.tar.gz'), '-C', directory])
  await symlink(join(root, 'node_modules'), join(directory, 'node_modules'))
  await build(directory)
  await symlink(join(root, '.local'), join(directory, '.local'))
  for (const name of ['local-runner', 'package.json', 'esbuild.config.mjs', 'bundling']) {
    await cp(join(root, name), join(directory, name), { recursive: true })
  }
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) }
}
