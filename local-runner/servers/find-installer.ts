import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Installer, INSTALLERS } from './missing.ts'

/** The system's package manager, by looking for its program in the folders of `path` (the PATH variable). */
export function findInstaller(path: string): Installer | undefined {
  const folders = path.split(delimiter)
  return INSTALLERS.find((name) =>
    folders.some((folder) => existsSync(join(folder, name)) || existsSync(join(folder, `${name}.exe`))),
  )
}
