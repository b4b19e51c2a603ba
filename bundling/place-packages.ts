import { posix } from 'node:path'

/** A package as it is installed in the project. */
export interface InstalledPackage {
  readonly name: string
  /** Absolute, without symbolic links; the same folder is the same package. */
  readonly folder: string
}

/** Where Node looks for a package that the package at `place` requires: its own node_modules, then those above it. */
function lookups(place: string, name: string): readonly string[] {
  const places: string[] = []
  for (let folder = place; folder !== '.'; folder = posix.dirname(folder)) {
    if (!/(^|\/)(node_modules|@[^/]+)$/.test(folder)) places.push(`${folder}/node_modules/${name}`)
  }
  return [...places, `node_modules/${name}`]
}

/**
 * Gives each package that is needed a place under node_modules/ where those that require it find it, and not another version
 * of it: at the top where that is free, else inside the one that requires it.
 * @returns the folders of packages by their places, such as `node_modules/a/node_modules/b`
 */
export function placePackages(
  roots: readonly InstalledPackage[],
  requiredBy: (folder: string) => readonly InstalledPackage[],
): ReadonlyMap<string, string> {
  const placed = new Map<string, string>()
  // A queue and no recursion: what a package requires lies in place before those look that lie inside it.
  const queue = [{ place: '.', required: roots }]
  for (const { place, required } of queue) {
    for (const { name, folder } of required) {
      const places = lookups(place, name)
      const found = places.find((candidate) => placed.has(candidate))
      if (found !== undefined && placed.get(found) === folder) continue
      const free = found === undefined ? places.at(-1) : places[0]
      if (free === undefined) continue
      placed.set(free, folder)
      queue.push({ place: free, required: requiredBy(folder) })
    }
  }
  return placed
}
