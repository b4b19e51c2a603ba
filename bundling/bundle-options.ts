import type { BuildOptions } from 'esbuild'
import type { BuildSettings } from '../local-runner/manifest/build-settings.ts'
import { luaForEsbuild } from '../shared/redis/lua-includes.mjs'
import { externalModules } from './external-modules.ts'

/** The only way a function is bundled: for deployment, at the start and after a save. */
export const bundleOptions = (root: string, name: string, { loader, external }: BuildSettings) =>
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
    loader,
    external,
    plugins: [luaForEsbuild(), externalModules(external)],
    metafile: true,
    write: false,
    logLevel: 'silent',
  }) satisfies BuildOptions
