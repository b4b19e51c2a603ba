import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import * as z from 'zod'
import type { BundleFile } from './bundle-file.ts'
import { type InstalledPackage, placePackages } from './place-packages.ts'

const names = z.record(z.string(), z.unknown()).default({})
const packageJson = z.object({
  dependencies: names,
  optionalDependencies: names,
  peerDependencies: names,
})

/** As Node finds it from a folder. */
function findPackage(from: string, name: string): InstalledPackage | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (existsSync(join(candidate, 'package.json'))) return { name, folder: realpathSync(candidate) }
    if (folder === dirname(folder)) return undefined
  }
}

/** What a package needs and finds. One for another system is not installed; a peer may be optional. */
function requiredBy(folder: string): readonly InstalledPackage[] {
  const file = join(folder, 'package.json')
  const { dependencies, optionalDependencies, peerDependencies } = packageJson.parse(
    JSON.parse(readFileSync(file, 'utf8')),
  )
  const find = (name: string) => findPackage(folder, name) ?? []
  const needed = Object.keys(dependencies).filter((name) => !(name in optionalDependencies))
  return [
    ...needed.map((name) => {
      const found = findPackage(folder, name)
      if (found) return found
      throw new Error(`${file} needs the package "${name}", which is not installed: run npm install.`)
    }),
    ...Object.keys({ ...optionalDependencies, ...peerDependencies }).flatMap(find),
  ]
}

/** The files of a package, without the packages inside it. */
function filesOf(folder: string, without = 'node_modules'): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === without) return []
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return filesOf(path, '')
    return entry.isFile() ? [path] : []
  })
}

/** Reads the files of packages; a file that has not changed is read once. */
export function createPackageReader() {
  const read = new Map<string, { readonly stamp: string; readonly contents: Uint8Array }>()

  function readOnce(path: string): Pick<BundleFile, 'contents' | 'executable'> {
    const { ctimeMs, size, mode } = statSync(path)
    const stamp = `${ctimeMs} ${size}`
    const last = read.get(path)
    const contents = last?.stamp === stamp ? last.contents : readFileSync(path)
    read.set(path, { stamp, contents })
    return { contents, executable: (mode & 0o100) !== 0 }
  }

  /**
   * The files of packages and of all that they need, as they are installed in the project; under node_modules/, in order.
   * @param root absolute: the project @param names those in `external` of the function's function.json
   * @throws an Error that names a package that is not installed
   */
  return (root: string, functionName: string, names: readonly string[]): readonly BundleFile[] => {
    const folder = join(root, 'functions', functionName)
    const roots = names.map((name) => {
      const found = findPackage(folder, name)
      if (found) return found
      throw new Error(
        `functions/${functionName}/function.json names the external package "${name}", which is not installed: run npm install ${name}, or take it out of "build".`,
      )
    })
    const files = [...placePackages(roots, requiredBy)].flatMap(([place, folder]) =>
      filesOf(folder).map((path) => ({
        name: join(place, relative(folder, path)).replaceAll(sep, '/'),
        ...readOnce(path),
      })),
    )
    return files.sort((one, other) => (one.name < other.name ? -1 : 1))
  }
}
