import type { BundleFile } from './bundle-file.ts'

/** Lambda's limit of a zip's content (gettingstarted-limits). */
const MAX_MB = 250

/** @throws an Error when a function is larger than Lambda takes */
export function checkSize(name: string, files: readonly BundleFile[]): void {
  const sizeBytes = files.reduce((sum, { contents }) => sum + contents.length, 0)
  if (sizeBytes <= MAX_MB * 1024 * 1024) return
  const sizeMb = Math.ceil(sizeBytes / 1024 / 1024)
  throw new Error(
    `The function "${name}" has ${sizeMb} MB of files, and Lambda takes ${MAX_MB}: leave out packages or assets in "build" of its function.json.`,
  )
}
