import { readFileSync } from 'node:fs'
import { createRequire, findPackageJSON } from 'node:module'
import { extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Plugin } from 'esbuild'
import * as z from 'zod'

/** Of modules that this plugin makes, in esbuild's terms. */
export const NAMESPACE = 'external-module'

/** Whether Node loads a file as an ES module. */
function isModule(file: string): boolean {
  if (extname(file) !== '.js') return extname(file) === '.mjs'
  const packageJson = findPackageJSON(pathToFileURL(file))
  if (packageJson === undefined) return false
  const { type } = z
    .object({ type: z.unknown().optional() })
    .parse(JSON.parse(readFileSync(packageJson, 'utf8')))
  return type === 'module'
}

/**
 * Lets the default import of an external ES module be its default export. A CommonJS bundle loads it with `require`, and for
 * an import in a file of a package of "type": "module" esbuild takes all that `require` gives as the default export, which is
 * right for CommonJS packages only. A module between them is in no such package.
 */
export const externalModules = (external: readonly string[]): Plugin => ({
  name: NAMESPACE,
  setup: (build) => {
    if (external.length === 0) return
    build.onResolve({ filter: /^[^./]/ }, ({ path, kind, resolveDir, namespace }) => {
      const isExternal = external.some((name) => path === name || path.startsWith(`${name}/`))
      if (!isExternal || kind !== 'import-statement' || namespace === NAMESPACE) return undefined
      try {
        const file = createRequire(join(resolveDir, 'index.js')).resolve(path)
        return isModule(file) ? { path, namespace: NAMESPACE } : undefined
      } catch (error) {
        return { errors: [{ text: error instanceof Error ? error.message : String(error) }] }
      }
    })
    build.onLoad({ filter: /^/, namespace: NAMESPACE }, ({ path }) => {
      const name = JSON.stringify(path)
      return { contents: `export * from ${name}\nexport { default } from ${name}\n`, loader: 'js' }
    })
  },
})
