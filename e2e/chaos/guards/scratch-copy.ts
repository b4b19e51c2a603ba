import { execFileSync } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Guard } from './guards.ts'

export interface ScratchCopy {
  readonly directory: string
  /** Removes the guard; the result puts it back. @throws when it does not occur exactly once. */
  readonly without: (guard: Guard) => Promise<() => Promise<void>>
  readonly remove: () => Promise<void>
}

/** A copy of the sources, with uncommitted changes, in which guards can be removed. */
export async function makeScratchCopy(root: string): Promise<ScratchCopy> {
  const directory = await mkdtemp(join(tmpdir(), 'guards-'))
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  const files = listed.split('\0').filter((file) => file !== '')
  // A file that is listed may have been deleted since.
  for (const file of files) await cp(join(root, file), join(directory, file)).catch(() => undefined)
  for (const name of ['node_modules', '.local']) await symlink(join(root, name), join(directory, name))
  return {
    directory,
    without: async ({ name, file, guard, instead }) => {
      const path = join(directory, file)
      const source = await readFile(path, 'utf8')
      if (source.split(guard).length !== 2) {
        throw new Error(`${file} does not hold the guard "${name}" exactly once; correct it in guards.ts.`)
      }
      await writeFile(
        path,
        source.replace(guard, () => instead),
      )
      return () => writeFile(path, source)
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  }
}
