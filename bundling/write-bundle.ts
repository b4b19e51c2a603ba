import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Zippable, zipSync } from 'fflate'
import type { BundleFile } from './bundle-file.ts'

/** Fixed, so that the same source gives the same zip bytes and so the same CodeSha256. */
const ZIP_TIME = new Date(2000, 0, 1)

const modeOf = (executable = false) => (executable ? 0o755 : 0o644)

/** Makes these files the content of a folder. @param folder absolute */
export async function writeBundle(folder: string, files: readonly BundleFile[]): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  for (const { name, contents, executable } of files) {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, contents, { mode: modeOf(executable) })
  }
}

/** What is deployed. @param path absolute */
export async function writeZip(path: string, files: readonly BundleFile[]): Promise<void> {
  const entries: Zippable = {}
  for (const { name, contents, executable } of files) {
    entries[name] = [contents, { mtime: ZIP_TIME, os: 3, attrs: modeOf(executable) << 16, level: 9 }]
  }
  await writeFile(path, zipSync(entries))
}
