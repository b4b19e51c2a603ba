import type { BundleFile } from './bundle-file.ts'

/** The first bytes of every program and library of Linux. */
const ELF = Buffer.from('\x7fELF', 'latin1')

/** Says which native code Lambda could not load; undefined when there is none. */
export function foreignNativeCode(name: string, files: readonly BundleFile[]): string | undefined {
  const foreign = files
    .filter((file) => file.name.endsWith('.node') && !ELF.equals(file.contents.subarray(0, ELF.length)))
    .map((file) => file.name)
  if (foreign.length === 0) return undefined
  return `dist/${name}.zip runs here and not on AWS, because ${foreign.join(', ')} is not for Linux: build it on Linux before you deploy it.`
}
