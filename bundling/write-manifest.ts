import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface ManifestParts {
  readonly functions: readonly object[]
  readonly topics: readonly unknown[]
  readonly api: unknown
}

/** Writes dist/manifest.json. */
export async function writeManifest(root: string, { functions, topics, api }: ManifestParts): Promise<void> {
  const dist = join(root, 'dist')
  await mkdir(dist, { recursive: true })
  await writeFile(join(dist, 'manifest.json'), `${JSON.stringify({ functions, topics, api }, null, 2)}\n`)
}
