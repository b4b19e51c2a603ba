import type { Message } from 'esbuild'

const NO_LOADER = /^No loader is configured for "(\.[^"]+)" files/

/** What to do about an import of a file that is no code; undefined for another error. */
export function loaderHint({ text }: Message): string | undefined {
  const extension = NO_LOADER.exec(text)?.[1]
  if (extension === undefined) return undefined
  return extension === '.node'
    ? 'A package with native code lies beside the bundle: name it in function.json, "build": { "external": ["<package>"] }.'
    : `Choose a loader in function.json, such as "build": { "loader": { "${extension}": "text" } }, or "binary", or "file".`
}
