// Builds every functions/<name>/ into dist/<name>/ and dist/<name>.zip, and writes dist/manifest.json: bundling/ says how.
// Run it (`npm run build`), or import `build`.
import { fileURLToPath } from 'node:url'
import { buildProject } from './bundling/build-project.ts'

/** Builds all functions. @param root absolute: the project */
export async function build(root = import.meta.dirname) {
  const functions = await buildProject(root)
  await Promise.all(functions.map(({ functionBuild }) => functionBuild.dispose()))
  return functions.map(({ built }) => built.inManifest)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    for (const { name, buildId } of await build()) {
      console.log(`dist/${name}/index.cjs  dist/${name}.zip  build ${buildId}`)
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  }
}
