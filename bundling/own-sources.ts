import type { Metafile } from 'esbuild'
import { NAMESPACE } from './external-modules.ts'

const OF_PACKAGE = new RegExp(`(^|/)node_modules/|^${NAMESPACE}:`)

/**
 * The sources of a bundle, less those of packages; paths from the root.
 * @throws when a bundle holds more than its own folder, shared/ and packages; also through indirect imports, which no lint sees.
 */
export function ownSources(name: string, metafile: Metafile): readonly string[] {
  const allowed = [`functions/${name}/`, 'shared/']
  const own = Object.keys(metafile.inputs).filter((input) => !OF_PACKAGE.test(input))
  const strangers = own.filter((input) => !allowed.some((folder) => input.startsWith(folder)))
  if (strangers.length > 0) {
    throw new Error(
      `The bundle of "${name}" reaches into ${strangers.join(', ')}. It may import ${allowed.join(', ')} and packages only.`,
    )
  }
  return own
}
