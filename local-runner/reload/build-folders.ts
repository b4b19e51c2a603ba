import { join } from 'node:path'
import type { Built } from '../../bundling/function-build.ts'
import { writeBundle } from '../../bundling/write-bundle.ts'

/** Builds whose files stay, for environments that end late. */
const BUILDS_KEPT = 4

interface BuildFolder {
  readonly buildId: string
  readonly folder: string
  readonly written: Promise<void>
}

/**
 * Gives every build a folder of its own, because an environment's code does not change while it runs; as deep in the project as
 * dist/<name>/, because the bundle's map has relative paths.
 * @param root absolute: the project @returns writes a build's files, unless they are there already, and resolves to their folder
 */
export function createBuildFolders(root: string): (built: Built) => Promise<string> {
  /** By function; the one that was used last is the last. */
  const kept = new Map<string, readonly BuildFolder[]>()

  function nextFolder(name: string, used: readonly BuildFolder[]): string {
    const oldest = used.length < BUILDS_KEPT ? undefined : used[0]
    return oldest?.folder ?? join(root, '.local', `build-${name}-${used.length}`)
  }

  return async ({ inManifest: { name, buildId }, files }) => {
    const used = kept.get(name) ?? []
    const same = used.find((one) => one.buildId === buildId)
    const folder = same?.folder ?? nextFolder(name, used)
    const written = same?.written ?? writeBundle(folder, files)
    const keep = (id: string) => {
      const others = (kept.get(name) ?? []).filter((one) => one.folder !== folder)
      kept.set(name, [...others, { buildId: id, folder, written }])
    }
    keep(buildId)
    await written.catch((error: unknown) => {
      keep('')
      throw error
    })
    return folder
  }
}
