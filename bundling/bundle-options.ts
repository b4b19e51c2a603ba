import type { BuildOptions } from 'esbuild'
import { luaForEsbuild } from '../shared/redis/lua-includes.mjs'

/** The only way a function is bundled: for deployment, at the start and after a save. */
export const bundleOptions = (root: string, name: string) =>
  ({
    absWorkingDir: root,
    entryPoints: [`functions/${name}/handler.ts`],
    outfile: `dist/${name}/index.cjs`,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    minify: true,
    keepNames: true,
    sourcemap: 'linked',
    sourcesContent: false,
    plugins: [luaForEsbuild()],
    metafile: true,
    write: false,
    logLevel: 'silent',
  }) satisfies BuildOptions
