import type { BuildOptions } from 'esbuild'
import type { BuildSettings } from '../local-runner/manifest/build-settings.ts'
import { luaForEsbuild } from '../shared/redis/lua-includes.mjs'
import { externalModules } from './external-modules.ts'
import { omittedModules } from './omitted-modules.ts'

/** A bundle is CommonJS, which has no `import.meta`; this one names the bundle's file, as `__filename` does. */
const IMPORT_META =
  '"use strict";const importMeta={dirname:__dirname,filename:__filename,' +
  'get url(){return require("node:url").pathToFileURL(__filename).href}};'

/** The only way a function is bundled: for deployment, at the start and after a save. */
export const bundleOptions = (root: string, name: string, { loader, external, omit }: BuildSettings) =>
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
    plugins: [luaForEsbuild(), externalModules(external), omittedModules(omit)],
    define: { 'import.meta': 'importMeta' },
    banner: { js: IMPORT_META },
    metafile: true,
    write: false,
    logLevel: 'silent',
  }) satisfies BuildOptions
